package dev.gatehouse.cli;

import dev.gatehouse.doctor.Progress;
import dev.gatehouse.doctor.Result;
import dev.gatehouse.doctor.TextReport;

/// Shows a person each step, and tells everybody whom Ctrl-C interrupts in which one it was.
///
/// - **Threads:** the probe's, and that of the shutdown hook, which only reads the step.
final class DoctorProgress implements Progress, AutoCloseable {
    private final Shell shell;
    private final Thread interrupted = Thread.ofPlatform().unstarted(this::interrupted);
    private volatile String step = "starting";

    DoctorProgress(Shell shell) {
        this.shell = shell;
        Runtime.getRuntime().addShutdownHook(interrupted);
    }

    @Override
    public void begins(String next) {
        step = next;
        if (shell.terminal()) {
            shell.err().print("\r\u001b[K" + shell.styled("2", next + " …"));
            shell.err().flush();
        }
    }

    @Override
    public void found(Result result) {
        if (shell.terminal()) {
            shell.err().print("\r\u001b[K");
            shell.err().println(TextReport.line(result));
        }
    }

    private void interrupted() {
        if (shell.terminal()) {
            shell.err().println();
        }
        shell.tell("interrupted while " + step + ", so there is no verdict; --timeout SECONDS makes the steps shorter");
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(interrupted);
        } catch (IllegalStateException e) {
            // The process is ending already, and says so itself.
        }
    }
}
