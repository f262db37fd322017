package dev.gatehouse.server.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.Node;

/// Collects what is wrong with one file, so that all of it is reported together.
final class ProblemList {
    private static final Comparator<Problem> IN_FILE_ORDER = Comparator.comparingInt(Problem::line)
            .thenComparingInt(Problem::column);

    private final String file;
    private final List<Problem> problems = new ArrayList<>();
    private final List<Problem> warnings = new ArrayList<>();

    ProblemList(String file) {
        this.file = file;
    }

    String file() {
        return file;
    }

    /// About the file as a whole.
    void add(String sentence) {
        problems.add(new Problem(file, 0, 0, sentence));
    }

    void add(Node node, String sentence) {
        problems.add(at(node.getStartMark(), sentence));
    }

    void add(Optional<Mark> mark, String sentence) {
        problems.add(at(mark, sentence));
    }

    void warn(Node node, String sentence) {
        warnings.add(at(node.getStartMark(), sentence));
    }

    List<Problem> warnings() {
        return warnings.stream().sorted(IN_FILE_ORDER).toList();
    }

    void throwIfAny() throws ConfigurationProblems {
        if (!problems.isEmpty()) {
            throw new ConfigurationProblems(problems.stream().sorted(IN_FILE_ORDER).toList());
        }
    }

    /// Line of a node, 1 and above.
    static int line(Node node) {
        return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
    }

    private Problem at(Optional<Mark> mark, String sentence) {
        return new Problem(file, mark.map(m -> m.getLine() + 1).orElse(0), mark.map(m -> m.getColumn() + 1).orElse(0),
                sentence);
    }
}
