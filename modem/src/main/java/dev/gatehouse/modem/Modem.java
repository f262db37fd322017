package dev.gatehouse.modem;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.gatehouse.modem.ModemState.Event;
import dev.gatehouse.modem.at.Answer;
import dev.gatehouse.modem.at.AtEngine;
import dev.gatehouse.modem.at.Command;
import dev.gatehouse.modem.at.Line;
import dev.gatehouse.modem.at.ModemException;
import dev.gatehouse.modem.at.Trouble;

/// A cellular modem: opened once, it is brought up and kept up until it is closed.
///
/// ```java
/// try (Modem modem = Modem.open(Line.of("/dev/ttyUSB2", 115_200, false), ModemSettings.usual())) {
///     modem.awaitOnline(Duration.ofSeconds(60));
///     Socket socket = modem.socketFactory().createSocket("broker.example", 1883);
/// }
/// ```
///
/// All methods may be called from any thread.
public final class Modem implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(Modem.class);
    private static final Duration ASK = Duration.ofSeconds(10);
    private static final Duration SLOW = Duration.ofSeconds(60);
    private static final int CONNECT_ATTEMPTS = 3;
    private static final Duration PARTING = Duration.ofSeconds(3);
    private static final Pattern SIGNAL = Pattern.compile("\\+CSQ: ?(\\d+),(\\d+)");
    private static final Pattern OPERATOR = Pattern.compile("\\+COPS: ?\\d,\\d,\"([^\"]*)\"(?:,(\\d+))?");
    private static final Pattern REGISTERED = Pattern.compile("\\+C(?:E|G)?REG: ?\\d,(\\d{1,2})(?:,.*)?");

    private final ModemSettings settings;
    private final AtEngine engine;
    private final Keeper keeper;
    private final TcpLinks tcp;
    private final TlsLinks tls;
    private final Pump pump;
    private volatile @Nullable ModemMqtt mqtt;

    private Modem(Line line, ModemSettings settings) {
        this.settings = settings;
        this.engine = new AtEngine(line, settings.timing().patience(), settings.trace(), new Ears());
        this.keeper = new Keeper(engine, settings, this::changed);
        this.pump = new Pump(this::links, settings.timing().poll().toNanos());
        this.tcp = new TcpLinks(engine, settings, pump::wake, () -> keeper.post(new Event.Doubted()));
        this.tls = new TlsLinks(engine, settings.timing(), pump::wake);
    }

    /// Opens the line and waits until the modem answers; it goes on to the network by itself.
    ///
    /// @param line not open yet; the modem opens and closes it
    /// @throws ModemException when nobody answers ([Trouble#MUTE], [Trouble#GARBAGE]) or the line cannot be opened
    public static Modem open(Line line, ModemSettings settings) throws ModemException {
        Modem modem = new Modem(line, settings);
        modem.pump.start();
        modem.keeper.start();
        try {
            // The keeper goes through the states by itself; this many of them are bounded by the engine's patience.
            ModemState state = modem.keeper.await(
                    now -> !(now instanceof ModemState.Starting) && !(now instanceof ModemState.Preparing),
                    SLOW.multipliedBy(2));
            if (state instanceof ModemState.Failed(Trouble why, String detail) && !aboutTheSim(why)) {
                throw new ModemException(why, detail);
            }
            return modem;
        } catch (ModemException e) {
            modem.close();
            throw e;
        }
    }

    /// A modem without a usable SIM card can still tell about itself.
    private static boolean aboutTheSim(Trouble why) {
        return switch (why) {
            case SIM_MISSING, SIM_PIN_NEEDED, SIM_PIN_WRONG, SIM_LOCKED, SIM_FAILED, NO_NETWORK, NETWORK_DENIED,
                    NO_DATA_SERVICE ->
                true;
            default -> false;
        };
    }

    /// Waits until connections can be opened.
    ///
    /// @throws ModemException with what is in the way, at once when only a person can help, otherwise when the time is up
    public void awaitOnline(Duration patience) throws ModemException {
        ModemState state = keeper.await(now -> now instanceof ModemState.Online || now instanceof ModemState.Closed
                || now instanceof ModemState.Failed failed && failed.isFinal(), patience);
        switch (state) {
            case ModemState.Online _ -> {
            }
            case ModemState.Failed(Trouble why, String detail) -> throw new ModemException(why, detail);
            case ModemState.Closed _ -> throw new ModemException(Trouble.CLOSED);
            case ModemState.Starting _,ModemState.Preparing _ -> throw new ModemException(Trouble.MUTE,
                    "still " + state.sentence());
            case ModemState.Unlocking _ -> throw new ModemException(Trouble.SIM_FAILED, "still " + state.sentence());
            case ModemState.Registering _ -> throw new ModemException(Trouble.NO_NETWORK, "still " + state.sentence());
            case ModemState.Attaching _ ->
                throw new ModemException(Trouble.NO_DATA_SERVICE, "still " + state.sentence());
        }
    }

    public ModemState state() {
        return keeper.state();
    }

    /// Tells of every change of state, on the keeper's thread: must not wait. One watcher at a time.
    public void watch(Consumer<ModemState> watcher) {
        keeper.watch(watcher);
    }

    /// Sends one command as it is and waits for its answer, also when the modem refuses it.
    ///
    /// @param command without carriage return, such as `AT+CSQ`; no command that asks for a payload with `>`
    /// @throws ModemException when there is no answer
    /// @throws IllegalArgumentException when the command has a line end or another control character in it
    public Answer send(String command, Duration timeout) throws ModemException {
        return engine.execute(Command.of(command).answersAnything().within(timeout));
    }

    /// Asks the modem who it is and how it is. What it does not answer stays empty.
    public ModemInfo info() throws ModemException {
        Answer id = engine.execute(Command.of("ATI").answersAnything().within(ASK));
        String operator = "";
        String technology = "";
        Matcher cops = OPERATOR.matcher(line("AT+COPS?", "\\+COPS: ?.*", SLOW));
        if (cops.matches()) {
            operator = cops.group(1);
            technology = cops.group(2) == null ? "" : Codes.technology(Integer.parseInt(cops.group(2)));
        }
        ModemState state = state();
        return new ModemInfo(plain("AT+CGMI", id.after("Manufacturer:")), plain("AT+CGMM", id.after("Model:")),
                firmware(id), plain("AT+CGSN", id.after("IMEI:")), after("AT+CICCID", "+ICCID:"),
                after("AT+CPIN?", "+CPIN:"), operator, technology, registration(), signal(),
                state instanceof ModemState.Online(String address) ? address : "", state);
    }

    private String firmware(Answer id) throws ModemException {
        String revision = after("AT+CGMR", "+CGMR:");
        return revision.isEmpty() ? id.after("Revision:") : revision;
    }

    /// The radio signal as it is now.
    public ModemInfo.Signal signal() throws ModemException {
        Matcher matcher = SIGNAL.matcher(line("AT+CSQ", "\\+CSQ: ?\\d+,\\d+", ASK));
        return matcher.matches()
                ? new ModemInfo.Signal(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)))
                : ModemInfo.Signal.UNKNOWN;
    }

    private String registration() throws ModemException {
        String best = "unknown";
        for (String command : List.of("AT+CEREG?", "AT+CGREG?", "AT+CREG?")) {
            Matcher matcher = REGISTERED.matcher(line(command, "\\+C(?:E|G)?REG: ?\\d,\\d.*", ASK));
            if (matcher.matches()) {
                int stat = Integer.parseInt(matcher.group(1));
                best = Codes.registration(stat);
                if (stat == 1 || stat == 5) {
                    return best;
                }
            }
        }
        return best;
    }

    private String line(String command, String lines, Duration within) throws ModemException {
        Answer answer = engine.execute(Command.of(command).answers(lines).within(within));
        return answer.lines().isEmpty() ? "" : answer.lines().getFirst();
    }

    private String after(String command, String prefix) throws ModemException {
        return engine.execute(Command.of(command).answers(Pattern.quote(prefix) + ".*").within(ASK)).after(prefix);
    }

    private String plain(String command, String otherwise) throws ModemException {
        Answer answer = engine.execute(Command.of(command).answersAnything().within(ASK));
        return answer.ok() && !answer.lines().isEmpty() ? answer.lines().getFirst() : otherwise;
    }

    /// Plain TCP connections through the modem, with TLS on top if wanted. Connecting waits until the modem is online.
    public AtSocketFactory socketFactory() {
        return new AtSocketFactory(online(tcp), settings.timing().connect());
    }

    /// Waits until the modem is online, and again when it turns out that it is not any more: no byte has been sent yet.
    private Connector online(Connector connector) {
        return (host, port, timeoutMillis, early) -> {
            long deadline = System.nanoTime() + Pump.nanos(timeoutMillis);
            for (int attempt = 1;; attempt++) {
                awaitOnline(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
                int leftMillis = (int) Math.max(1, (deadline - System.nanoTime()) / 1_000_000);
                try {
                    return connector.connect(host, port, leftMillis, early);
                } catch (ModemException e) {
                    boolean passes = switch (e.trouble()) {
                        case NETWORK_LOST, REBOOTED, LINE_LOST -> true;
                        default -> false;
                    };
                    if (!passes || attempt == CONNECT_ATTEMPTS) {
                        throw e;
                    }
                    keeper.post(new Event.Doubted());
                }
            }
        };
    }

    /// Connections whose TLS the modem does, two at most.
    public AtTlsSocketFactory tlsSocketFactory(ModemTls how) {
        return new AtTlsSocketFactory(new AtSocketFactory(online(tls.connector(how)), settings.timing().connect()));
    }

    /// Certificates and keys stored in the modem.
    public Certificates certificates() {
        return new Certificates(engine);
    }

    /// Connects the MQTT client inside the modem, which there is one of: an earlier one is over then.
    ///
    /// @throws IOException when the modem is not online in time, or the server cannot be reached or refuses
    public ModemMqtt mqtt(ModemMqtt.Options options) throws IOException {
        awaitOnline(settings.timing().connect());
        ModemMqtt client = new ModemMqtt(engine);
        mqtt = client;
        client.connect(options);
        return client;
    }

    /// Has the modem look up a host name.
    public String resolve(String host) throws IOException {
        return tcp.resolve(host);
    }

    /// How many of the modem's sockets are in use, closing ones too.
    public int socketsOpen() {
        return links().size();
    }

    /// Bytes that connections have sent since the start.
    public long bytesSent() {
        return tcp.table().bytesSent() + tls.table().bytesSent();
    }

    /// Bytes that connections have received since the start.
    public long bytesReceived() {
        return tcp.table().bytesReceived() + tls.table().bytesReceived();
    }

    private List<Link> links() {
        List<Link> all = new ArrayList<>(tcp.table().open());
        all.addAll(tls.table().open());
        return all;
    }

    /// All connections are gone, with what the modem still had of them.
    private void failAll(ModemException why) {
        tcp.failAll(why);
        tls.failAll(why);
        ModemMqtt client = mqtt;
        if (client != null) {
            client.fail(why);
        }
    }

    /// The network is gone; what plain connections had received may still be there.
    private void networkLost(ModemException why) {
        tcp.networkLost(why);
        tls.failAll(why);
        ModemMqtt client = mqtt;
        if (client != null) {
            client.fail(why);
        }
    }

    private void changed(ModemState to) {
        switch (to) {
            case ModemState.Starting _ -> failAll(new ModemException(Trouble.REBOOTED));
            case ModemState.Failed(Trouble why, String detail) -> failAll(new ModemException(why, detail));
            case ModemState.Registering _ -> networkLost(new ModemException(Trouble.NETWORK_LOST));
            case ModemState.Closed _ -> failAll(new ModemException(Trouble.CLOSED));
            case ModemState.Preparing _,ModemState.Unlocking _,ModemState.Attaching _,ModemState.Online _ -> {
            }
        }
    }

    /// Closes all connections and the line.
    @Override
    public void close() {
        links().forEach(Link::close);
        long deadline = System.nanoTime() + PARTING.toNanos();
        try {
            while (state() instanceof ModemState.Online && !links().isEmpty() && System.nanoTime() < deadline) {
                Thread.sleep(5);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        pump.end();
        keeper.post(new Event.Close());
        engine.close();
    }

    /// What the reader of the line hears.
    private final class Ears implements AtEngine.Listener {
        private static final Pattern NETWORK = Pattern.compile("\\+CGEV: ?(?:NW|ME).*(?:DEACT|DETACH).*");
        private static final Pattern SEARCHING = Pattern.compile("\\+C(?:E|G)?REG: ?[0234].*");

        @Override
        public void unsolicited(String line) {
            ModemMqtt client = mqtt;
            if (tcp.heard(line) || tls.heard(line) || client != null && client.heard(line)) {
                return;
            }
            if (line.startsWith("*ATREADY") || line.equals("RDY")) {
                ModemException why = new ModemException(Trouble.REBOOTED, line);
                failAll(why);
                keeper.post(new Event.Restarted(line));
            } else if (line.startsWith("+CIPEVENT")) {
                networkLost(new ModemException(Trouble.NETWORK_LOST, line));
                keeper.post(new Event.NetworkLost(line));
            } else if (NETWORK.matcher(line).matches() || SEARCHING.matcher(line).matches()) {
                keeper.post(new Event.Doubted());
            } else {
                LOG.debug("unsolicited: {}", line);
            }
        }

        @Override
        public void data(String header, byte[] bytes) {
            ModemMqtt client = mqtt;
            if (client == null || !client.data(header, bytes)) {
                tcp.data(header, bytes);
            }
        }

        @Override
        public void backInStep() {
            keeper.post(new Event.Doubted());
        }

        @Override
        public void broken(Trouble trouble, String detail) {
            if (!(state() instanceof ModemState.Starting)) {
                ModemException why = new ModemException(trouble, detail);
                failAll(why);
                keeper.post(new Event.Troubled(trouble, detail));
            }
        }
    }
}
