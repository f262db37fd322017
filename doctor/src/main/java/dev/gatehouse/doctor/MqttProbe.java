package dev.gatehouse.doctor;

import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import java.util.random.RandomGenerator;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.client.ConnectOptions;
import dev.gatehouse.client.Deadline;
import dev.gatehouse.client.MqttUrl;
import dev.gatehouse.client.PacketLink;
import dev.gatehouse.client.Transport;
import dev.gatehouse.client.UpgradeFault;
import dev.gatehouse.client.WebSocketOptions;
import dev.gatehouse.diagnosis.Shown;
import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.ProtocolViolation;
import dev.gatehouse.mqtt.ReasonCode;
import dev.gatehouse.mqtt.Version;

/// WebSocket and CONNECT: per version, with and without credentials, with and without a server name.
final class MqttProbe {
    private static final long PACKET_BYTES_MAX = 1 << 20;
    private static final int KEEP_ALIVE_SECONDS = 30;
    private static final java.time.Duration WAITING_MAX = java.time.Duration.ofMillis(700);

    private final Plan plan;
    private final Way way;
    private final Notes notes;

    MqttProbe(Plan plan, Way way, Notes notes) {
        this.plan = plan;
        this.way = way;
        this.notes = notes;
    }

    /// The client id of the plan, or one that is new each time.
    static String clientId(Plan plan, RandomGenerator random) {
        return plan.clientId().isEmpty()
                ? "doctor-" + HexFormat.of().toHexDigits(random.nextLong(), 10)
                : plan.clientId();
    }

    /// Opens the WebSocket, and once without subprotocol when that does not work.
    ///
    /// @return whether MQTT can be tried
    boolean webSocket() {
        boolean opened = upgrade("mqtt");
        if (!opened) {
            upgrade(null);
        }
        return opened;
    }

    /// What a server says to HTTP that does not answer CONNECT; worth a try only behind TLS, where it could not be heard
    /// before.
    void webSocketInstead() {
        if (plan.url().scheme() == MqttUrl.Scheme.MQTTS) {
            upgrade("mqtt");
        }
    }

    private boolean upgrade(@Nullable String subprotocol) {
        notes.begins("opening a WebSocket"
                + (subprotocol == null ? " without a subprotocol" : " with the subprotocol " + subprotocol));
        long start = System.nanoTime();
        Deadline deadline = way.deadline();
        WebSocketOptions usual = way.webSocket();
        String path = usual.path().isEmpty() ? "/mqtt" : usual.path();
        WebSocketOptions options = new WebSocketOptions(usual.host(), path, subprotocol, usual.headers(),
                usual.random());
        int status = 0;
        String problem = null;
        Reply.Speaks speaks = null;
        byte[] heard = new byte[0];
        try (Transport below = below(deadline)) {
            HearingTransport hearing = new HearingTransport(below);
            try (Transport _ = options.over(hearing, deadline).transport()) {
                status = 101;
            } finally {
                heard = hearing.heard();
            }
        } catch (UpgradeFault fault) {
            status = fault.answer().status();
            problem = fault.getMessage() + fault.answer().header("Location")
                    .map(where -> ", which is at " + where.strip()).orElse("");
            speaks = Reply.Speaks.HTTP;
        } catch (IOException e) {
            problem = Way.isLate(e)
                    ? "no answer in time"
                    : e instanceof EOFException
                            ? String.valueOf(e.getMessage())
                            : Way.isReset(e) ? "the connection was reset" : String.valueOf(e.getMessage());
            speaks = heard.length == 0 ? null : Conversation.speaks(heard);
        }
        notes.add(new Result.Upgrade(subprotocol, status, problem == null ? null : Shown.text(problem, 200), speaks,
                Notes.since(start)));
        return problem == null;
    }

    private Transport below(Deadline deadline) throws IOException {
        if (!plan.url().scheme().encrypted()) {
            return Transport.over(way.socket(deadline));
        }
        Way.Secured secured = way.secure(way.tls(), plan.nameToSend(), "", deadline);
        Socket socket = secured.socket();
        if (socket == null) {
            throw new IOException("the TLS handshake failed this time");
        }
        return Transport.over(socket);
    }

    /// Every CONNECT there is to try.
    ///
    /// @return the best version that was accepted as the device would connect
    Optional<Version> connects() {
        String name = plan.url().scheme().encrypted() ? plan.nameToSend() : null;
        Version best = null;
        for (Version version : plan.versions()) {
            ConnectOutcome outcome = connect(version, true, name);
            if (outcome instanceof ConnectOutcome.Accepted && (best == null || version.compareTo(best) > 0)) {
                best = version;
            }
        }
        Version other = best != null ? best : plan.versions().getFirst();
        if (plan.hasCredentials()) {
            connect(other, false, name);
        }
        if (plan.url().scheme().encrypted()) {
            if (name != null) {
                connect(other, true, null);
            } else if (best == null && !Plan.isAddress(plan.url().host())) {
                connect(other, true, plan.url().host());
            }
        }
        return Optional.ofNullable(best);
    }

    /// Whether the server ends a connection by which nothing is said: then it is not the CONNECT that it does not like.
    void waiting() {
        notes.begins("connecting, and saying nothing");
        long start = System.nanoTime();
        Deadline deadline = way.deadline();
        Reply reply;
        try (Transport transport = way.transport(plan.url().scheme().encrypted() ? plan.nameToSend() : null,
                deadline)) {
            transport.readMillis(Math.max(1, Deadline.in(WAITING_MAX).orIn(plan.timeout()).leftMillis()));
            reply = transport.in().read() < 0
                    ? new Reply.Closed()
                    : new Reply.Answered(Reply.Speaks.UNKNOWN, "a byte without being asked");
        } catch (IOException | RuntimeException e) {
            if (Way.isLate(e)) {
                reply = new Reply.Silent();
            } else if (Way.isReset(e)) {
                reply = new Reply.Reset();
            } else {
                return; // the way did not come about this time, which says nothing
            }
        }
        notes.add(new Result.Waited(reply, Notes.since(start)));
    }

    private ConnectOutcome connect(Version version, boolean withCredentials, @Nullable String serverName) {
        boolean credentials = withCredentials && plan.hasCredentials();
        notes.begins("CONNECT in " + version + (plan.hasCredentials() && !credentials ? " without credentials" : "")
                + (plan.url().scheme().encrypted() && serverName == null ? " without a server name" : ""));
        long start = System.nanoTime();
        ConnectOutcome outcome;
        try (Opened opened = open(version, credentials, serverName)) {
            outcome = opened.outcome();
        }
        notes.add(new Result.Connect(version, credentials, serverName, outcome, Notes.since(start)));
        return outcome;
    }

    /// A connection after its CONNECT.
    record Opened(ConnectOutcome outcome, @Nullable PacketLink link, Version version) implements AutoCloseable {
        /// In good order where that is possible.
        @Override
        public void close() {
            if (link == null) {
                return;
            }
            try (link) {
                if (outcome instanceof ConnectOutcome.Accepted) {
                    link.send(new Packet.Disconnect(ReasonCode.SUCCESS), Deadline.in(java.time.Duration.ofSeconds(1)));
                }
            } catch (IOException e) {
                // It is over either way.
            }
        }
    }

    /// The whole way and a CONNECT.
    Opened open(Version version, boolean credentials, @Nullable String serverName) {
        Deadline deadline = way.deadline();
        PacketLink link;
        try {
            link = new PacketLink(way.transport(serverName, deadline), version, PACKET_BYTES_MAX);
        } catch (IOException | RuntimeException e) {
            return new Opened(new ConnectOutcome.NoWay(Shown.text(String.valueOf(e.getMessage()), 200)), null, version);
        }
        ConnectOptions options = ConnectOptions.of(version, clientId(plan, way.random()))
                .keepAlive(KEEP_ALIVE_SECONDS);
        if (credentials) {
            options = options.as(version == Version.MQTT_5 || plan.userName() != null ? plan.userName() : "",
                    plan.password());
        }
        return new Opened(ask(link, options, deadline), link, version);
    }

    private static ConnectOutcome ask(PacketLink link, ConnectOptions options, Deadline deadline) {
        try {
            link.send(options.packet(), deadline);
            return answer(link, link.read(deadline));
        } catch (ProtocolViolation violation) {
            return notAConnack(link);
        } catch (IOException e) {
            String alert = Way.alertIn(e);
            if (alert != null) {
                return new ConnectOutcome.Alert(alert);
            }
            if (link.firstBytes().length() > 0) {
                return notAConnack(link);
            }
            if (Way.isLate(e)) {
                return new ConnectOutcome.Silent();
            }
            return new ConnectOutcome.Ended(Way.isReset(e));
        }
    }

    private static ConnectOutcome answer(PacketLink link, @Nullable Packet packet) {
        return switch (packet) {
            case null -> link.firstBytes().length() > 0 ? notAConnack(link) : new ConnectOutcome.Ended(false);
            case Packet.Connack connack when connack.reason().isError() -> new ConnectOutcome.Refused(
                    onTheWire(link, connack), connack);
            case Packet.Connack connack -> new ConnectOutcome.Accepted(connack);
            case Packet.Disconnect disconnect -> new ConnectOutcome.Refused(disconnect.reason().code(), null);
            default -> notAConnack(link);
        };
    }

    private static int onTheWire(PacketLink link, Packet.Connack connack) {
        return link.version().hasProperties() ? connack.reason().code() : connack.reason().connectReturnCode();
    }

    /// Servers that do not know MQTT 5 refuse it in the form of MQTT 3, and some have codes of their own.
    private static ConnectOutcome notAConnack(PacketLink link) {
        byte[] first = link.firstBytes().toArray();
        if (first.length >= 4 && first[0] == 0x20 && first[1] >= 2 && first[1] < 0x7F && first[3] != 0) {
            return new ConnectOutcome.Refused(first[3] & 0xff, null);
        }
        return new ConnectOutcome.NotMqtt(Conversation.speaks(first), Conversation.shown(first));
    }

    /// The topic of the round trip.
    String topic() {
        return plan.topic() != null
                ? plan.topic()
                : "gatehouse-doctor/" + HexFormat.of().toHexDigits(
                        way.random().nextLong(), 8);
    }

    /// What a round trip carries, different each time.
    byte[] payload() {
        return ("gatehouse doctor " + HexFormat.of().toHexDigits(way.random().nextLong()))
                .getBytes(StandardCharsets.US_ASCII);
    }
}
