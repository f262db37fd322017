package dev.gatehouse.bench;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

import dev.gatehouse.mqtt.ConnectProperties;
import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.PacketReader;
import dev.gatehouse.mqtt.PacketWriter;
import dev.gatehouse.mqtt.Version;

/// One process of the service, from start to death. If the bench itself is ended, the process is ended too.
final class ServiceProcess {
    /// What a process is said to have returned that SIGKILL (9) ended: 128 + 9.
    private static final int KILLED = 137;
    private static final Duration START = Duration.ofMinutes(2);
    private static final Duration END = Duration.ofMinutes(1);
    private static final int ANSWER_MILLIS = 30_000;

    private final Workspace workspace;
    private final Process process;
    private final Thread hook;
    private volatile boolean killed;
    private long acceptedMillis;
    private long answeredMillis;
    private long processorMillis;

    private ServiceProcess(Workspace workspace, Process process) {
        this.workspace = workspace;
        this.process = process;
        this.hook = new Thread(process::destroyForcibly);
    }

    /// Starts it and waits until it answers a CONNECT.
    static ServiceProcess start(ServiceProgram program, Workspace workspace) throws BenchFault, InterruptedException {
        long begin = System.nanoTime();
        ServiceProcess started;
        try {
            started = new ServiceProcess(workspace, new ProcessBuilder(program.on(workspace)).redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(workspace.log().toFile())).start());
        } catch (IOException e) {
            throw new BenchFault("cannot start the service: " + e, e);
        }
        Runtime.getRuntime().addShutdownHook(started.hook);
        try {
            started.awaitAnswer(begin);
            return started;
        } catch (BenchFault e) {
            started.process.destroyForcibly();
            throw e;
        }
    }

    private void awaitAnswer(long begin) throws BenchFault, InterruptedException {
        while (true) {
            try (Socket socket = new Socket()) {
                socket.connect(workspace.address());
                acceptedMillis = millisSince(begin);
                socket.setSoTimeout(ANSWER_MILLIS);
                probe(socket);
                answeredMillis = millisSince(begin);
                processorMillis = process.info().totalCpuDuration().map(Duration::toMillis).orElse(0L);
                return;
            } catch (IOException e) {
                if (process.waitFor(2, TimeUnit.MILLISECONDS)) {
                    throw new BenchFault("the service ended with exit code " + process.exitValue()
                            + " instead of starting; its log, " + workspace.log() + ", ends with\n"
                            + workspace.lastWords(), e);
                }
                if (millisSince(begin) > START.toMillis()) {
                    throw new BenchFault("the service accepts no connection " + START.toSeconds()
                            + " s after its start; its log, " + workspace.log() + ", ends with\n"
                            + workspace.lastWords(), e);
                }
            }
        }
    }

    private void probe(Socket socket) throws IOException, BenchFault {
        ByteBuf out = Unpooled.buffer();
        PacketWriter.write(new Packet.Connect(Version.MQTT_5, "probe", true, 0, null, null, null,
                ConnectProperties.NONE), Version.MQTT_5, out);
        socket.getOutputStream().write(out.array(), 0, out.readableBytes());
        PacketReader reader = new PacketReader(PacketReader.Role.CLIENT, Integer.MAX_VALUE);
        reader.version(Version.MQTT_5);
        ByteBuf in = Unpooled.buffer();
        Packet packet = null;
        while (packet == null) {
            int next = socket.getInputStream().read();
            if (next < 0) {
                throw new BenchFault("the service closed the first connection instead of answering its CONNECT; "
                        + "./gatehouse attempts --data " + workspace.data() + " says why");
            }
            in.writeByte(next);
            packet = reader.read(in);
        }
        if (!(packet instanceof Packet.Connack connack) || connack.reason().isError()) {
            throw new BenchFault("the service answered the first CONNECT with " + packet);
        }
    }

    private static long millisSince(long begin) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
    }

    /// From the start of the process until a TCP connection was accepted, in ms.
    long acceptedMillis() {
        return acceptedMillis;
    }

    /// From the start of the process until a CONNECT was answered with success, in ms.
    long answeredMillis() {
        return answeredMillis;
    }

    /// The processor time that this took, in ms: what is left on a machine that is busy with other things.
    long processorMillis() {
        return processorMillis;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /// A new connection of a client that expects an end only when this process is told to end.
    void connect(Client client, Loop loop) throws BenchFault {
        try {
            client.connect(loop, workspace.address(), () -> killed);
        } catch (IOException e) {
            throw new BenchFault("the service does not accept the connection of " + client.name() + ": " + e
                    + "; its log, " + workspace.log() + ", ends with\n" + workspace.lastWords(), e);
        }
    }

    /// Sends SIGKILL after a while, from another thread, whatever the caller is doing then.
    void killAfter(long millis) {
        CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS).execute(() -> {
            killed = true;
            process.destroyForcibly();
        });
    }

    /// Waits for the death, and checks that it was SIGKILL and nothing else.
    void awaitKilled() throws BenchFault, InterruptedException {
        int code = end();
        if (!killed || code != KILLED) {
            throw new BenchFault("the service ended by itself with exit code " + code + ", not by SIGKILL (" + KILLED
                    + "); its log, " + workspace.log() + ", ends with\n" + workspace.lastWords());
        }
    }

    /// SIGKILL now.
    void kill() throws BenchFault, InterruptedException {
        killed = true;
        process.destroyForcibly();
        awaitKilled();
    }

    /// SIGTERM, and waits until it has ended in order.
    ///
    /// @return how long that took, in ms
    long stop() throws BenchFault, InterruptedException {
        long begin = System.nanoTime();
        killed = true;
        process.destroy();
        int code = end();
        if (code != 0) {
            throw new BenchFault("the service ended with exit code " + code + " after SIGTERM; its log, "
                    + workspace.log() + ", ends with\n" + workspace.lastWords());
        }
        return millisSince(begin);
    }

    /// Ends it whatever state it is in, when the run is over or has failed.
    void discard() {
        killed = true;
        process.destroyForcibly();
        forget();
    }

    private int end() throws BenchFault, InterruptedException {
        if (!process.waitFor(END.toSeconds(), TimeUnit.SECONDS)) {
            throw new BenchFault("the service, process " + process.pid() + ", is still there " + END.toSeconds()
                    + " s after it was told to end");
        }
        forget();
        return process.exitValue();
    }

    private void forget() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException _) {
            // the bench is being ended itself, and the hook runs
        }
    }

    /// Resident memory (VmRSS), in bytes; empty where the system has no `/proc`.
    OptionalLong residentBytes() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status"))) {
                if (line.startsWith("VmRSS:")) {
                    return OptionalLong.of(Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024);
                }
            }
        } catch (IOException _) {
            // no /proc here, or the process has just ended
        }
        return OptionalLong.empty();
    }
}
