package dev.gatehouse.server.config;

import java.util.List;
import java.util.stream.Collectors;

/// A configuration that cannot be used. The message has one line per problem, in the order of the file.
public final class ConfigurationProblems extends Exception {
    private final List<Problem> problems;

    ConfigurationProblems(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    /// The problems, in the order of the file; at least one.
    public List<Problem> problems() {
        return problems;
    }
}
