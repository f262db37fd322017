package dev.gatehouse.cli;

import java.time.Duration;

import dev.gatehouse.server.Service;

/// The end of `serve`: SIGTERM or SIGINT makes the JVM shut down, and this drains the service then.
///
/// The process ends with [Exit#OK] although a signal ended it: the JVM alone would report 128 and the signal's number,
/// which supervisors take for a failure.
record Stop(Shell shell, Service service) {
    private static final long DRAIN_SECONDS_MAX = 60;

    /// For [Runtime#addShutdownHook].
    Thread thread() {
        return Thread.ofPlatform().name("stop").unstarted(this::run);
    }

    private void run() {
        Runtime.getRuntime().halt(drained().code());
    }

    private Exit drained() {
        Thread drain = Thread.ofPlatform().daemon().name("drain").unstarted(service::close);
        Exit[] exit = {Exit.OK};
        drain.setUncaughtExceptionHandler((_, bug) -> {
            shell.tell("the service did not stop in order: " + bug);
            exit[0] = Exit.INTERNAL;
        });
        drain.start();
        try {
            if (!drain.join(Duration.ofSeconds(DRAIN_SECONDS_MAX))) {
                shell.tell("the service did not stop within " + DRAIN_SECONDS_MAX + " s and was cut off");
                return Exit.FAILED;
            }
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
            return Exit.FAILED;
        }
        return exit[0];
    }
}
