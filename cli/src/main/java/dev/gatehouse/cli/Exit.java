package dev.gatehouse.cli;

/// How a command ends. The numbers are for ever: scripts read them. Those from 64 on are from BSD's `sysexits.h`.
enum Exit {
    OK(0, "done; the service was stopped by SIGTERM or SIGINT"),
    FAILED(1, "not done: not found, there already, the service cannot start"),
    USAGE(2, "a wrong option or argument"),
    TIMED_OUT(27, "sub: the time of -W is over"),
    UNAVAILABLE(69, "no service answers in the data folder"),
    INTERNAL(70, "a defect of Gatehouse"),
    CONFIGURATION(78, "the configuration file cannot be used"),
    INTERRUPTED(130, "interrupted by Ctrl-C");

    private final int code;
    private final String meaning;

    Exit(int code, String meaning) {
        this.code = code;
        this.meaning = meaning;
    }

    int code() {
        return code;
    }

    String meaning() {
        return meaning;
    }
}
