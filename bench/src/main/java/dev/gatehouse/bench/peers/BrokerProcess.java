package dev.gatehouse.bench.peers;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import dev.gatehouse.bench.BenchFault;

/// A broker as a process of its own, from its start until it answers, is measured, and ends.
///
/// Between measurements it can be stopped in its tracks, so that the brokers beside it have the core to themselves.
public final class BrokerProcess implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration END = Duration.ofSeconds(10);
    private static final int ANSWER_MILLIS = 5000;
    private static final int LAST_WORDS = 12;
    /// CONNECT of MQTT 3.1.1, clean session, client id `probe`.
    private static final byte[] CONNECT = {0x10, 17, 0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, 0, 0, 5, 'p', 'r', 'o', 'b',
            'e'};

    private final String name;
    private final Launch launch;
    private final Process process;
    private final Thread hook;
    private long acceptedMillis;
    private long answeredMillis;
    private boolean paused;

    private BrokerProcess(String name, Launch launch, Process process) {
        this.name = name;
        this.launch = launch;
        this.process = process;
        this.hook = new Thread(process::destroyForcibly);
    }

    /// Starts it and waits until it answers a CONNECT.
    ///
    /// @param prefix words in front of its command, such as those that bind it to a core
    public static BrokerProcess start(String name, Launch launch, List<String> prefix)
            throws BenchFault, InterruptedException {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(launch.command());
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
                .directory(launch.folder().toFile())
                .redirectOutput(ProcessBuilder.Redirect.appendTo(launch.log().toFile()));
        builder.environment().putAll(launch.environment());
        long begin = System.nanoTime();
        BrokerProcess started;
        try {
            started = new BrokerProcess(name, launch, builder.start());
        } catch (IOException e) {
            throw new BenchFault("cannot start " + name + ": " + e.getMessage(), e);
        }
        Runtime.getRuntime().addShutdownHook(started.hook);
        try {
            started.awaitAnswer(begin);
            return started;
        } catch (BenchFault | InterruptedException e) {
            started.close();
            throw e;
        }
    }

    private void awaitAnswer(long begin) throws BenchFault, InterruptedException {
        String last = "";
        while (millisSince(begin) < START.toMillis()) {
            try (Socket socket = new Socket()) {
                socket.connect(launch.address());
                if (acceptedMillis == 0) {
                    acceptedMillis = millisSince(begin);
                }
                socket.setSoTimeout(ANSWER_MILLIS);
                // One that has TLS only is not asked: that it accepts is enough.
                if (launch.port() == launch.tlsPort() || answers(socket)) {
                    answeredMillis = millisSince(begin);
                    return;
                }
                last = "it closes the connection or refuses CONNECT";
            } catch (IOException e) {
                last = String.valueOf(e.getMessage());
            }
            if (process.waitFor(2, TimeUnit.MILLISECONDS)) {
                throw new BenchFault(name + " ended with exit code " + process.exitValue() + " instead of starting; "
                        + lastWords());
            }
        }
        throw new BenchFault(name + " does not answer " + START.toSeconds() + " s after its start (" + last + "); "
                + lastWords());
    }

    private static boolean answers(Socket socket) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(CONNECT);
        InputStream in = socket.getInputStream();
        byte[] connack = in.readNBytes(4);
        if (connack.length == 4 && connack[0] == 0x20 && connack[3] == 0) {
            out.write(new byte[]{(byte) 0xe0, 0});
            return true;
        }
        return false;
    }

    private static long millisSince(long begin) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
    }

    public String name() {
        return name;
    }

    public Launch launch() {
        return launch;
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /// From the start of the process until its port accepted a connection, in ms.
    public long acceptedMillis() {
        return acceptedMillis;
    }

    /// From the start of the process until a CONNECT was answered with success, in ms.
    public long answeredMillis() {
        return answeredMillis;
    }

    /// Takes the processor away from it, until [#resume].
    public void pause() throws BenchFault, InterruptedException {
        if (!paused) {
            signal("STOP");
            paused = true;
        }
    }

    public void resume() throws BenchFault, InterruptedException {
        if (paused) {
            signal("CONT");
            paused = false;
        }
    }

    private void signal(String signal) throws BenchFault, InterruptedException {
        try {
            new ProcessBuilder("kill", "-" + signal, Long.toString(pid())).start().waitFor();
        } catch (IOException e) {
            throw new BenchFault("cannot send SIG" + signal + " to " + name + ": " + e.getMessage(), e);
        }
    }

    /// The end of its log, in one line.
    public String lastWords() {
        try {
            List<String> lines = Files.readAllLines(launch.log());
            return "its log ends with: "
                    + String.join(" | ", lines.subList(Math.max(0, lines.size() - LAST_WORDS), lines.size()));
        } catch (IOException e) {
            return "its log cannot be read: " + e.getMessage();
        }
    }

    /// Ends it, in order if it does so soon.
    @Override
    public void close() throws BenchFault {
        try {
            resume();
            process.destroy();
            if (!process.waitFor(END.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException _) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException _) {
            // this process is being ended itself, and the hook runs
        }
    }
}
