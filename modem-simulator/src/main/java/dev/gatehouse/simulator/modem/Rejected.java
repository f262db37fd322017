package dev.gatehouse.simulator.modem;

/// A command that is answered with an error. The first line of a handler may throw it; the [Interpreter] answers.
final class Rejected extends RuntimeException {
    private final int code;

    /// Plainly `ERROR`.
    Rejected() {
        this(-1);
    }

    /// `+CME ERROR`, as `AT+CMEE` says.
    ///
    /// @param code of [CmeError]
    Rejected(int code) {
        super(null, null, false, false);
        this.code = code;
    }

    /// -1 for a plain `ERROR`.
    int code() {
        return code;
    }
}
