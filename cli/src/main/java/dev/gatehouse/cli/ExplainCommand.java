package dev.gatehouse.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import dev.gatehouse.doctor.explain.Explainer;
import dev.gatehouse.doctor.explain.Explanation;
import dev.gatehouse.doctor.explain.Explanation.Judgement;
import dev.gatehouse.doctor.explain.Explanation.Quote;
import dev.gatehouse.doctor.explain.ExplanationText;

@Command(name = "explain", description = {
        "Say why a connection failed, from the log of the device, of the client, or of the broker.",
        "Recognises by itself what a log is; captures (pcap, pcapng) too. Several files are parts of one story."})
final class ExplainCommand implements Callable<Integer> {
    private static final String STANDARD_INPUT = "-";

    private final Shell shell;
    @Parameters(paramLabel = "FILE", arity = "0..*", description = "Logs or captures; standard input when there is none, or for -.")
    private List<String> files = new ArrayList<>();
    @Option(names = "--json", description = "Print one JSON object: stack, stage, decided, verdicts (cause, confidence, evidence with line "
            + "numbers, fix), collect; and because, codes.")
    private boolean json;

    ExplainCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() throws CommandFault {
        List<String> names = files.isEmpty() ? List.of(STANDARD_INPUT) : files;
        var explainer = new Explainer();
        for (String name : names) {
            read(name, explainer);
        }
        Explanation explanation = explainer.explain();
        if (json) {
            shell.out().println(json(explanation, names));
        } else {
            shell.out().print(ExplanationText.render(explanation, names, shell::styled));
        }
        return Exit.OK.code();
    }

    private void read(String name, Explainer explainer) throws CommandFault {
        if (name.equals(STANDARD_INPUT)) {
            if (shell.terminal() && files.isEmpty()) {
                shell.tell("reading the log from standard input; Ctrl-D ends it");
            }
            try {
                explainer.read(shell.in());
            } catch (IOException e) {
                throw new CommandFault(Exit.FAILED, "standard input cannot be read: " + e.getMessage(), e);
            }
            return;
        }
        try (InputStream in = Files.newInputStream(Path.of(name))) {
            explainer.read(in);
        } catch (NoSuchFileException e) {
            throw new CommandFault(Exit.FAILED, "there is no file " + name, e);
        } catch (AccessDeniedException e) {
            throw new CommandFault(Exit.FAILED, "the file " + name + " may not be read: check its permissions", e);
        } catch (IOException | InvalidPathException e) {
            throw new CommandFault(Exit.FAILED, "the file " + name + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static ObjectNode json(Explanation explanation, List<String> names) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.put("stack", explanation.stack());
        object.put("stage", explanation.stage().id());
        object.put("decided", explanation.decided());
        ArrayNode verdicts = object.putArray("verdicts");
        for (Judgement judgement : explanation.verdicts()) {
            ObjectNode verdict = verdicts.addObject();
            verdict.put("cause", judgement.cause().id());
            verdict.put("confidence", judgement.certainty().id());
            ArrayNode evidence = verdict.putArray("evidence");
            judgement.evidence().forEach(quote -> quote(evidence.addObject(), quote, names));
            verdict.put("fix", judgement.fix());
        }
        ArrayNode collect = object.putArray("collect");
        explanation.collect().forEach(collect::add);
        object.put("because", explanation.because());
        ArrayNode codes = object.putArray("codes");
        for (Explanation.Decoded code : explanation.codes()) {
            ObjectNode one = codes.addObject();
            one.put("table", code.table());
            one.put("number", code.number());
            one.put("meaning", code.meaning());
            one.put("source", code.source());
            quote(one, code.at(), names);
        }
        return object;
    }

    private static void quote(ObjectNode object, Quote quote, List<String> names) {
        object.put("line", quote.line());
        object.put("text", quote.text());
        if (names.size() > 1) {
            object.put("file", names.get(quote.file()));
        }
    }
}
