package dev.gatehouse.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

import dev.gatehouse.bench.BenchFault;

/// What has been measured, in a file that is written after every cell: a run that is ended keeps what it has.
final class Results {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Path file;
    private final Map<String, String> machine = new LinkedHashMap<>();
    private final Map<String, Cell> cells = new LinkedHashMap<>();

    private Results(Path file) {
        this.file = file;
    }

    /// Those of a file, or none if there is no such file.
    static Results in(Path file) throws BenchFault {
        Results results = new Results(file);
        if (Files.exists(file)) {
            try {
                results.read(JSON.readTree(file.toFile()));
            } catch (IOException | RuntimeException e) {
                throw new BenchFault(file + " is not a file of results: " + e.getMessage() + "; remove it", e);
            }
        }
        return results;
    }

    private void read(JsonNode root) {
        root.path("machine").properties().forEach(entry -> machine.put(entry.getKey(), entry.getValue().asText()));
        for (JsonNode cell : root.path("cells")) {
            List<Sample> samples = new ArrayList<>();
            for (JsonNode sample : cell.path("samples")) {
                Map<String, Double> figures = new LinkedHashMap<>();
                sample.properties().forEach(entry -> figures.put(entry.getKey(), entry.getValue().asDouble()));
                samples.add(new Sample(figures));
            }
            put(new Cell(cell.path("scenario").asText(), cell.path("peer").asText(), cell.path("measured").asText(),
                    samples, cell.hasNonNull("why") ? cell.path("why").asText() : null));
        }
    }

    private static String key(String scenario, String peer) {
        return scenario + " " + peer;
    }

    void put(Cell cell) {
        cells.put(key(cell.scenario(), cell.peer()), cell);
    }

    @Nullable
    Cell get(String scenario, String peer) {
        return cells.get(key(scenario, peer));
    }

    boolean has(String scenario) {
        return cells.values().stream().anyMatch(cell -> cell.scenario().equals(scenario));
    }

    void machine(Map<String, String> facts) {
        machine.clear();
        machine.putAll(facts);
    }

    Map<String, String> machine() {
        return machine;
    }

    void write() throws BenchFault {
        ObjectNode root = JSON.createObjectNode();
        ObjectNode facts = root.putObject("machine");
        machine.forEach(facts::put);
        ArrayNode list = root.putArray("cells");
        for (Cell cell : cells.values()) {
            ObjectNode node = list.addObject().put("scenario", cell.scenario()).put("peer", cell.peer())
                    .put("measured", cell.measured());
            if (cell.why() != null) {
                node.put("why", cell.why());
            }
            ArrayNode samples = node.putArray("samples");
            for (Sample sample : cell.samples()) {
                ObjectNode figures = samples.addObject();
                sample.figures().entrySet().stream().sorted(Map.Entry.comparingByKey())
                        .forEach(entry -> figures.put(entry.getKey(), entry.getValue()));
            }
        }
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            JSON.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), root);
        } catch (IOException e) {
            throw new BenchFault("cannot write " + file + ": " + e.getMessage(), e);
        }
    }
}
