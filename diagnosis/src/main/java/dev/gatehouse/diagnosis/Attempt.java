package dev.gatehouse.diagnosis;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/// One connection from accept to its end: collects facts, knows what they say about the connection, and judges it once.
///
/// - **Thread:** any; every method takes the object's lock, and there is a handful of calls per connection.
/// - **Limits:** at most [#FACTS_MAX] facts and [#FACTS_OF_A_TYPE_MAX] of one type, so that what repeats cannot push out
///   what happens once; the rest is counted by type. The last [Fact.Traffic] and [Fact.Ended] always have room.
public final class Attempt {
    /// Facts kept, besides [Fact.Traffic] and [Fact.Ended].
    public static final int FACTS_MAX = 64;
    /// Facts of one type kept.
    public static final int FACTS_OF_A_TYPE_MAX = 8;
    /// As many as a connection has that opens its session and goes on without trouble.
    private static final int USUAL = 7;

    private final String id;
    private final long startedMicros;
    private final String listener;
    /// The facts that are kept and, at the same place, when each was seen: an object for each pair would take as much
    /// memory as most facts do, and every open connection has such a list.
    private @Nullable Fact[] facts = new Fact[USUAL];
    private long[] seenMicros = new long[USUAL];
    private int count;
    /// By type; null while everything was kept, which is usual.
    private @Nullable Map<String, Long> notKept;
    private final Known known = new Known();
    private @Nullable TimedFact traffic;
    private @Nullable Trail end;

    /// @param startedMicros when the connection was accepted, microseconds since 1970-01-01T00:00:00Z
    /// @param listener its name in the configuration
    public Attempt(String id, long startedMicros, String listener) {
        this.id = id;
        this.startedMicros = startedMicros;
        this.listener = listener;
    }

    public String id() {
        return id;
    }

    public long startedMicros() {
        return startedMicros;
    }

    public String listener() {
        return listener;
    }

    /// Notes a fact. After the end nothing is noted any more; a [Fact.Ended] ends the attempt as [#ended] does.
    public synchronized void add(Fact fact, long atMicros) {
        if (end != null) {
            return;
        }
        var timed = new TimedFact(atMicros, fact);
        switch (fact) {
            case Fact.Ended over -> ended(over, atMicros);
            case Fact.Traffic _ -> traffic = timed;
            default -> {
                known.learn(fact);
                keep(timed);
            }
        }
    }

    /// Ends the attempt and judges it. The first end counts: a later call changes nothing.
    ///
    /// @return the trail, which is final
    public synchronized Trail ended(Fact.Ended over, long atMicros) {
        if (end == null) {
            if (traffic != null) {
                put(traffic);
            }
            put(new TimedFact(atMicros, over));
            end = trail(atMicros, over.ending(), Rules.verdict(facts()));
        }
        return end;
    }

    /// What is known now.
    public synchronized Trail snapshot() {
        return end == null ? trail(-1, null, null) : end;
    }

    /// Null while it cannot be told.
    public synchronized @Nullable String tenant() {
        return known.tenant;
    }

    /// The client as `ip:port`, behind a trusted proxy what the proxy says; empty before [Fact.Accepted].
    public synchronized String remote() {
        return known.remote;
    }

    public synchronized @Nullable String serverName() {
        return known.serverName;
    }

    public synchronized @Nullable String clientId() {
        return known.clientId;
    }

    public synchronized @Nullable String user() {
        return known.user;
    }

    public synchronized Trail.State state() {
        return end == null ? known.state() : end.state();
    }

    private void keep(TimedFact timed) {
        if (count < FACTS_MAX && already(timed.fact().getClass()) < FACTS_OF_A_TYPE_MAX) {
            put(timed);
            return;
        }
        Map<String, Long> rest = notKept == null ? new HashMap<>() : notKept;
        rest.merge(timed.fact().type(), 1L, Long::sum);
        notKept = rest;
    }

    private int already(Class<? extends Fact> kind) {
        int found = 0;
        for (int i = 0; i < count; i++) {
            Fact fact = facts[i];
            found += fact != null && fact.getClass() == kind ? 1 : 0;
        }
        return found;
    }

    private void put(TimedFact timed) {
        if (count == facts.length) {
            facts = Arrays.copyOf(facts, count * 2);
            seenMicros = Arrays.copyOf(seenMicros, count * 2);
        }
        facts[count] = timed.fact();
        seenMicros[count] = timed.atMicros();
        count++;
    }

    private List<TimedFact> facts() {
        List<TimedFact> all = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            all.add(new TimedFact(seenMicros[i], Objects.requireNonNull(facts[i])));
        }
        return all;
    }

    private Trail trail(long endedMicros, @Nullable Ending ending, @Nullable Verdict verdict) {
        boolean over = ending != null;
        Trail.State state = !over ? known.state() : known.open ? Trail.State.ENDED : Trail.State.REFUSED;
        Stage stage = verdict == null || verdict.cause() == Cause.UNDETERMINED ? known.stage : verdict.cause().stage();
        return new Trail(id, startedMicros, endedMicros, listener, known.protocol, known.remote, known.tenant,
                known.serverName, known.clientId, known.user, stage, state, ending, verdict, facts(),
                notKept == null ? Map.of() : notKept);
    }

    /// What the facts say about the connection; guarded by the attempt's lock.
    private static final class Known {
        private String protocol = "";
        private String remote = "";
        private @Nullable String tenant;
        private @Nullable String serverName;
        private @Nullable String clientId;
        private @Nullable String user;
        private Stage stage = Stage.TCP;
        private boolean open;

        Trail.State state() {
            return open ? Trail.State.OPEN : Trail.State.HANDSHAKING;
        }

        void learn(Fact fact) {
            switch (fact) {
                case Fact.Accepted accepted -> {
                    remote = accepted.remote();
                    protocol = accepted.protocol();
                }
                case Fact.ProxyHeader header -> {
                    stage = Stage.PROXY;
                    if (header.trusted() && header.source() != null) {
                        remote = header.source();
                    }
                }
                case Fact.ProxyProblem _ -> stage = Stage.PROXY;
                case Fact.FirstBytes first -> {
                    if (first.kind().equals("tls")) {
                        stage = Stage.TLS_CLIENTHELLO;
                    } else if (first.kind().equals("mqtt")) {
                        stage = Stage.MQTT_CONNECT;
                    }
                }
                case Fact.ClientHelloSeen hello -> {
                    stage = Stage.TLS_CLIENTHELLO;
                    serverName = hello.serverName();
                }
                case Fact.HelloMalformed _ -> stage = Stage.TLS_CLIENTHELLO;
                case Fact.TenantDecided decided -> tenant = decided.tenant();
                case Fact.TlsEstablished _ ->
                    stage = protocol.startsWith("ws") ? Stage.WS_UPGRADE : Stage.MQTT_CONNECT;
                case Fact.AlertReceived _,Fact.TlsFailed _ -> {
                    if (!open) {
                        stage = Stage.TLS_ALERT;
                    }
                }
                case Fact.HttpRequest _,Fact.WebSocketRefused _ -> stage = Stage.WS_UPGRADE;
                case Fact.WebSocketOpened _ -> stage = Stage.MQTT_CONNECT;
                case Fact.ConnectReceived connect -> {
                    stage = Stage.MQTT_AUTH;
                    clientId = connect.clientId().isEmpty() ? null : connect.clientId();
                    user = connect.userName();
                }
                case Fact.SessionOpened session -> {
                    stage = Stage.MQTT_SESSION;
                    clientId = session.clientId();
                    open = true;
                }
                case Fact.TenantUndecided _,Fact.AlertSent _,Fact.PacketRefused _,Fact.AuthenticationBegun _,Fact.Authenticated _,Fact.AuthenticationFailed _,Fact.ConnackSent _,Fact.TookOver _,Fact.TakenOver _,Fact.SubscriptionRefused _,Fact.PublishRefused _,Fact.WillRefused _,Fact.MessageDropped _,Fact.KeepAliveMissed _,Fact.Traffic _,Fact.DisconnectReceived _,Fact.DisconnectSent _,Fact.Ended _ ->
                    {
                    }
            }
        }
    }
}
