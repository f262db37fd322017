package dev.gatehouse.modem.gateway;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.modem.Modem;
import dev.gatehouse.modem.ModemInfo;
import dev.gatehouse.modem.ModemSettings;
import dev.gatehouse.modem.ModemState;
import dev.gatehouse.modem.at.Line;
import dev.gatehouse.modem.at.ModemException;

/// A modem that is opened as often as it takes. What it is asked beside the connections is its signal, now and then.
///
/// - **Threads:** a virtual one opens the modem and asks for the signal; the modem's own ones tell of its state.
public final class ModemUplink implements Uplink, AutoCloseable {
    private static final Duration SIGNAL_EVERY = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofSeconds(2);
    private static final Duration PAUSE_MAX = Duration.ofSeconds(30);

    private final Supplier<Line> line;
    private final ModemSettings settings;
    private final Consumer<GatewayEvent> events;
    private final AtomicLong starts = new AtomicLong();
    private final Thread keeper = Thread.ofVirtual().name("gateway-modem").unstarted(this::keep);
    private volatile @Nullable Modem modem;
    private volatile @Nullable Integer signalDbm;
    private volatile String words = "the modem has not answered yet";
    private volatile boolean ready;
    private volatile boolean closed;

    private ModemUplink(Supplier<Line> line, ModemSettings settings, Consumer<GatewayEvent> events) {
        this.line = line;
        this.settings = settings;
        this.events = events;
    }

    /// Begins to bring the modem up, and returns at once.
    ///
    /// @param line makes the line anew for each try
    public static ModemUplink start(Supplier<Line> line, ModemSettings settings, Consumer<GatewayEvent> events) {
        ModemUplink uplink = new ModemUplink(line, settings, events);
        uplink.keeper.start();
        return uplink;
    }

    @Override
    public Socket socket() throws IOException {
        Modem now = modem;
        if (now == null || !ready) {
            throw new UplinkDown(words, null);
        }
        return now.socketFactory().createSocket();
    }

    @Override
    public State state() {
        return new State(ready, words, ready ? signalDbm : null, starts.get());
    }

    private void keep() {
        try {
            opened();
            while (!closed) {
                if (ready) {
                    askForSignal();
                }
                Thread.sleep(SIGNAL_EVERY);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed
        }
    }

    private void opened() throws InterruptedException {
        Duration pause = PAUSE;
        while (!closed) {
            try {
                Modem young = Modem.open(line.get(), settings);
                modem = young;
                young.watch(this::changed);
                changed(young.state());
                return;
            } catch (ModemException e) {
                down(e.getMessage() + " (" + e.trouble().advice() + ")");
            }
            Thread.sleep(pause);
            pause = pause.multipliedBy(2).compareTo(PAUSE_MAX) < 0 ? pause.multipliedBy(2) : PAUSE_MAX;
        }
    }

    private synchronized void changed(ModemState state) {
        switch (state) {
            case ModemState.Online _ -> up(state.sentence());
            case ModemState.Failed failed -> down(failed.sentence() + " (" + failed.why().advice() + ")");
            case ModemState.Starting _,ModemState.Preparing _,ModemState.Unlocking _,ModemState.Registering _,ModemState.Attaching _,ModemState.Closed _ ->
                down(state.sentence());
        }
    }

    private synchronized void up(String how) {
        words = how;
        if (!ready) {
            ready = true;
            starts.incrementAndGet();
            events.accept(new GatewayEvent.UplinkChanged(true, how));
            Thread.ofVirtual().name("gateway-signal").start(this::askForSignal);
        }
    }

    private synchronized void down(@Nullable String why) {
        String told = String.valueOf(why);
        boolean news = ready || !words.equals(told);
        ready = false;
        words = told;
        if (news) {
            events.accept(new GatewayEvent.UplinkChanged(false, told));
        }
    }

    private void askForSignal() {
        Modem now = modem;
        if (now == null) {
            return;
        }
        try {
            ModemInfo.Signal signal = now.signal();
            signalDbm = signal.isKnown() ? signal.dBm() : null;
        } catch (ModemException e) {
            signalDbm = null; // the modem's state tells what is wrong
        }
    }

    @Override
    public void close() {
        closed = true;
        keeper.interrupt();
        Modem now = modem;
        if (now != null) {
            now.close();
        }
    }
}
