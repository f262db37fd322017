package dev.gatehouse.simulator;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import dev.gatehouse.simulator.fault.Catalogue;
import dev.gatehouse.simulator.fault.Faults;
import dev.gatehouse.simulator.fault.Plan;
import dev.gatehouse.simulator.line.Cable;
import dev.gatehouse.simulator.line.TcpCable;
import dev.gatehouse.simulator.line.Terminal;
import dev.gatehouse.simulator.line.Uart;
import dev.gatehouse.simulator.modem.Modem;
import dev.gatehouse.simulator.modem.Transcript;
import dev.gatehouse.simulator.net.HostNetwork;
import dev.gatehouse.simulator.net.Network;
import dev.gatehouse.simulator.net.Radio;
import dev.gatehouse.simulator.net.RadioNetwork;
import dev.gatehouse.simulator.time.Loop;
import dev.gatehouse.simulator.time.LoopThread;

/// A running simulated modem. Any thread may call it.
public final class Simulator implements AutoCloseable {
    private final LoopThread loop = new LoopThread("modem-simulator");
    private final Transcript transcript;
    private final Cable cable;
    private final Network network;
    private final Uart uart;
    private final Modem modem;
    private final Faults faults;
    private final long seed;
    private final List<AutoCloseable> servants = new CopyOnWriteArrayList<>();

    private Simulator(SimulatorOptions options) throws IOException {
        transcript = new Transcript(options.listener());
        Cable made;
        try {
            made = cable(options.cable());
        } catch (IOException | RuntimeException failed) {
            loop.close();
            throw failed;
        }
        cable = made;
        Network host = new HostNetwork(loop, options.names());
        network = options.radio().equals(Radio.NONE)
                ? host
                : new RadioNetwork(loop, host, options.radio(), options.seed());
        faults = new Faults(loop);
        uart = new Uart(loop, cable, options.baud(), options.strictBaud(), options.seed(), this::input);
        modem = new Modem(loop, options.profile(), options.timing(), options.identity(), network, uart, faults,
                options.seed(), transcript);
        seed = options.seed();
        List<Plan> plans = options.faults().stream().map(text -> Catalogue.parse(text, seed)).toList();
        loop.post(() -> plans.forEach(faults::arm));
        if (options.boots()) {
            loop.post(modem::reboot);
        }
    }

    /// Starts one.
    ///
    /// @throws IOException when the port is taken, or there is no pseudo-terminal to be had
    public static Simulator start(SimulatorOptions options) throws IOException {
        return new Simulator(options);
    }

    private static Cable cable(SimulatorOptions.Wiring wiring) throws IOException {
        return switch (wiring) {
            case SimulatorOptions.Wiring.Tcp tcp -> new TcpCable(tcp.port());
            case SimulatorOptions.Wiring.Pty pty -> new Terminal(pty.link());
        };
    }

    private void input(String octets) {
        modem.input(octets);
    }

    /// The TCP port; fails when it has a terminal.
    public int port() {
        if (cable instanceof TcpCable tcp) {
            return tcp.port();
        }
        throw new IllegalStateException("the simulated modem has no TCP port");
    }

    /// The terminal's device; fails when it has a TCP port.
    public String path() {
        if (cable instanceof Terminal terminal) {
            return terminal.path();
        }
        throw new IllegalStateException("the simulated modem has no terminal");
    }

    /// How a driver names it: `127.0.0.1:port`, or the path.
    public String name() {
        return cable.name();
    }

    /// Something goes wrong from now on, or at once.
    ///
    /// @param text as of `--fault`: a name of the [Catalogue], and what it needs
    /// @throws IllegalArgumentException with a sentence that says what is wrong with it
    public void fault(String text) {
        Plan plan = Catalogue.parse(text, seed);
        await(() -> faults.arm(plan));
    }

    /// No more faults of that name, or none at all when it is empty.
    public void clear(String name) {
        await(() -> faults.clear(name));
    }

    /// Network, SIM and power are there again.
    public void restore() {
        await(modem::restore);
    }

    /// One line of a script or of the control port; see [Control].
    ///
    /// @return the answer, of one line or more
    public String control(String line) {
        return Control.carryOut(this, line);
    }

    /// Faults that are still to strike, as they were written.
    public List<String> faults() {
        CompletableFuture<List<String>> armed = new CompletableFuture<>();
        await(() -> armed.complete(faults.armed().stream().map(Plan::toString).toList()));
        return armed.join();
    }

    private void await(Runnable task) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        loop.post(() -> {
            try {
                task.run();
                done.complete(null);
            } catch (RuntimeException | AssertionError bug) {
                done.completeExceptionally(bug);
            }
        });
        done.orTimeout(10, TimeUnit.SECONDS).join();
    }

    /// What was said.
    public List<Transcript.Entry> log() {
        return transcript.entries();
    }

    /// Carries out the lines of a script, each at its time; see [Script].
    ///
    /// @throws IllegalArgumentException when a line has no time
    public void play(List<String> script) {
        Script.Line[] lines = script.stream().flatMap(Script::read).toArray(Script.Line[]::new);
        for (Script.Line line : lines) {
            Loop.Timer _ = loop.after(TimeUnit.MILLISECONDS.toNanos(line.millis()),
                    () -> Thread.startVirtualThread(() -> control(line.command())));
        }
    }

    /// Opens a TCP port of the loopback interface on which every line is a [#control].
    ///
    /// @param port 0 for one that the system picks
    /// @return the port
    public int openControl(int port) throws IOException {
        ControlPort open = new ControlPort(this, port);
        servants.add(open);
        return open.port();
    }

    /// Everything ends.
    @Override
    public void close() {
        for (AutoCloseable servant : servants) {
            try {
                servant.close();
            } catch (Exception ignored) {
                // It ends with the rest.
            }
        }
        uart.close();
        network.close();
        loop.close();
    }
}
