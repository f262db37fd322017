package dev.gatehouse.bench.load;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Which processor core a process runs on, through the program `taskset` of util-linux.
public final class Cores {
    private Cores() {}

    /// Binds all threads of a process to one core, and those they will make.
    ///
    /// @return whether that worked
    public static boolean bind(long pid, int core) throws InterruptedException {
        try {
            Process taskset = new ProcessBuilder("taskset", "-a", "-c", "-p", Integer.toString(core),
                    Long.toString(pid)).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return taskset.waitFor(10, TimeUnit.SECONDS) && taskset.exitValue() == 0;
        } catch (IOException _) {
            return false;
        }
    }

    /// What to put in front of a command so that it runs on one core only.
    public static List<String> on(int core) {
        return List.of("taskset", "-c", Integer.toString(core));
    }
}
