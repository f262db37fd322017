package dev.gatehouse.server.access;

/// The outcome of an authentication.
public sealed interface Decision {
    /// Let in.
    ///
    /// @param permissions before `%u` and `%c` are filled in, see [Permissions#bind(String, String)]
    record Accepted(How how, Permissions permissions) implements Decision {}

    /// Turned away. The reason is for the trail; the client is not told which one it was.
    record Refused(Why why) implements Decision {}

    /// By what a client was let in.
    enum How {
        /// The tenant does not ask for credentials.
        ANONYMOUS,
        /// The password was verified.
        PASSWORD,
        /// The same password was verified a short while ago, against the same hash.
        CACHE
    }

    /// Why a client was turned away.
    enum Why {
        /// A user name without a password, or a password without a user name.
        NO_CREDENTIALS,
        /// Neither user name nor password, and the tenant does not let such clients in.
        ANONYMOUS_NOT_ALLOWED,
        /// The tenant has no user of this name, or there is no tenant; neither has any other tenant such a user.
        UNKNOWN_USER,
        /// The user exists, the password is another.
        WRONG_PASSWORD,
        /// This tenant has no such user but at least one other has. For the operator's eyes: told to a tenant, it would
        /// tell about another tenant.
        USER_OF_OTHER_TENANT,
        /// More passwords wait to be verified than the limit allows.
        OVERLOADED
    }
}
