package dev.gatehouse.server.admin;

import java.util.Locale;

import dev.gatehouse.server.access.DirectoryProblem;

/// A request that the service answers with an error. The message is a sentence for the person who gave the command.
public final class AdminProblem extends Exception {
    /// Not a request, or one that this version does not know.
    public static final String BAD_REQUEST = "bad_request";
    /// Another version of the protocol.
    public static final String VERSION = "version";
    /// More clients than the service talks to at once.
    public static final String BUSY = "busy";
    /// No attempt has this id, or it was forgotten.
    public static final String ATTEMPT_UNKNOWN = "attempt_unknown";
    /// A defect of the service; its log has the rest.
    public static final String INTERNAL = "internal";

    private final String kind;

    /// @param kind lower case with underscores; stands for itself in JSON, so names stay for ever
    AdminProblem(String kind, String message) {
        super(message);
        this.kind = kind;
    }

    static AdminProblem of(DirectoryProblem problem) {
        return new AdminProblem(problem.kind().name().toLowerCase(Locale.ROOT), String.valueOf(problem.getMessage()));
    }

    /// The kind, for a program: one of the constants here, or a [DirectoryProblem.Kind] in lower case.
    public String kind() {
        return kind;
    }
}
