package dev.gatehouse.server.access;

/// A command about tenants or users that cannot be done. The message is a sentence for the person who gave it, says
/// what to do instead, and holds no secret.
public final class DirectoryProblem extends Exception {
    /// What kind of problem: stands for itself in JSON output, so names stay for ever.
    public enum Kind {
        /// No tenant has this name.
        TENANT_UNKNOWN,
        /// A tenant of this name is there already.
        TENANT_EXISTS,
        /// The tenant has no user of this name.
        USER_UNKNOWN,
        /// The tenant has a user of this name already.
        USER_EXISTS,
        /// Another tenant has this custom host name.
        HOST_TAKEN,
        /// It stands in the configuration and can only be changed there.
        DEFINED_IN_CONFIGURATION,
        /// A tenant, user or host name that cannot be one.
        BAD_NAME,
        /// A password that cannot be one.
        BAD_PASSWORD,
        /// A topic filter that cannot be a permission.
        BAD_FILTER
    }

    private final Kind kind;

    DirectoryProblem(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    /// The kind, for a program.
    public Kind kind() {
        return kind;
    }
}
