package dev.gatehouse.simulator.modem;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.simulator.fault.Piece;
import dev.gatehouse.simulator.fault.Piece.Kind;
import dev.gatehouse.simulator.net.TlsPlan;

/// `AT+CMQTT…`: the two MQTT clients inside the modem. MQTT 3.1 unless told otherwise, no MQTT 5.
final class MqttClients {
    private static final int CLIENTS = 2;
    private static final int TOPIC_BYTES_MAX = 1024;
    private static final int PAYLOAD_BYTES_MAX = 10_240;
    private static final int PIECE_BYTES_MAX = 1500;

    private static final int NOT_OPENED = 9;
    private static final int NO_CONNECTION = 11;
    private static final int BAD_PARAMETER = 12;
    private static final int TOPIC_EMPTY = 18;
    private static final int USED = 19;
    private static final int NOT_ACQUIRED = 20;
    private static final int NOT_RELEASED = 21;
    private static final int NO_CERTIFICATE = 33;

    private final Board board;
    private final Cellular cellular;
    private final TlsContexts contexts;
    private final List<Client> clients = IntStream.range(0, CLIENTS).mapToObj(Client::new).toList();
    private boolean started;

    /// What was said about one client, and its connection when it has one.
    private static final class Client {
        private final int number;
        private boolean acquired;
        private String id = "";
        private boolean tls;
        private int context;
        private int version = 3;
        private String willTopic = "";
        private String willMessage = "";
        private int willQos;
        private String topic = "";
        private String payload = "";
        private final List<String> filters = new ArrayList<>();
        private final List<Integer> filterQos = new ArrayList<>();
        private final List<String> unsubscribed = new ArrayList<>();
        private String url = "";
        private String login = "";
        private @Nullable MqttSession session;
        private boolean connected;

        private Client(int number) {
            this.number = number;
            this.context = number;
        }

        private void free() {
            if (session != null) {
                session.abandon();
            }
            session = null;
            connected = false;
            acquired = false;
            id = "";
            context = number;
            version = 3;
            willTopic = "";
            willMessage = "";
            topic = "";
            payload = "";
            filters.clear();
            filterQos.clear();
            unsubscribed.clear();
        }
    }

    MqttClients(Board board, Cellular cellular, TlsContexts contexts, Commands commands) {
        this.board = board;
        this.cellular = cellular;
        this.contexts = contexts;
        commands.on("+CMQTTSTART", this::start);
        commands.on("+CMQTTSTOP", this::stop);
        commands.on("+CMQTTACCQ", "+CMQTTACCQ: (0,1),(1-128),(0,1)", this::acquire);
        commands.on("+CMQTTREL", "+CMQTTREL: (0,1)", this::release);
        commands.on("+CMQTTSSLCFG", "+CMQTTSSLCFG: (0,1),(0-9)", call -> {
            if (call.is(Command.Kind.READ)) {
                call.block(clients.stream().map(each -> "+CMQTTSSLCFG: " + each.number + "," + each.context).toList())
                        .ok();
                return;
            }
            client(call).context = call.arguments().number(1, 0, 9);
            call.ok();
        });
        commands.on("+CMQTTCFG", this::configure);
        commands.on("+CMQTTWILLTOPIC", "+CMQTTWILLTOPIC: (0,1),(1-1024)",
                call -> text(call, TOPIC_BYTES_MAX, (client, octets) -> client.willTopic = octets));
        commands.on("+CMQTTWILLMSG", "+CMQTTWILLMSG: (0,1),(1-1024),(0-2)", call -> {
            int qos = call.arguments().number(2, 0, 2, 0);
            text(call, TOPIC_BYTES_MAX, (client, octets) -> {
                client.willMessage = octets;
                client.willQos = qos;
            });
        });
        commands.on("+CMQTTCONNECT", this::connect);
        commands.on("+CMQTTDISC", this::disconnect);
        commands.on("+CMQTTTOPIC", "+CMQTTTOPIC: (0,1),(1-1024)",
                call -> text(call, TOPIC_BYTES_MAX, (client, octets) -> client.topic = octets));
        commands.on("+CMQTTPAYLOAD", "+CMQTTPAYLOAD: (0,1),(1-10240)",
                call -> text(call, PAYLOAD_BYTES_MAX, (client, octets) -> client.payload = octets));
        commands.on("+CMQTTPUB", "+CMQTTPUB: (0,1),(0-2),(1-180),(0,1),(0,1)", this::publish);
        commands.on("+CMQTTSUBTOPIC", "+CMQTTSUBTOPIC: (0,1),(1-1024),(0-2)", call -> {
            int qos = call.arguments().number(2, 0, 2);
            text(call, TOPIC_BYTES_MAX, (client, octets) -> {
                client.filters.add(octets);
                client.filterQos.add(qos);
            });
        });
        commands.on("+CMQTTSUB", "+CMQTTSUB: (0,1),(1-1024),(0-2),(0,1)", this::subscribe);
        commands.on("+CMQTTUNSUBTOPIC", "+CMQTTUNSUBTOPIC: (0,1),(1-1024)",
                call -> text(call, TOPIC_BYTES_MAX, (client, octets) -> client.unsubscribed.add(octets)));
        commands.on("+CMQTTUNSUB", "+CMQTTUNSUB: (0,1),(1-1024),(0,1)", this::unsubscribe);
    }

    void rebooted() {
        clients.forEach(Client::free);
        started = false;
    }

    /// The bearer is gone.
    void networkLost() {
        if (!started) {
            return;
        }
        clients.forEach(client -> lost(client, 3));
        noNetwork();
    }

    /// `+CMQTTNONET`: the service ends.
    void noNetwork() {
        clients.forEach(Client::free);
        started = false;
        board.output().urc("+CMQTTNONET");
    }

    /// One connection is lost.
    void lost(int number, int cause) {
        lost(clients.get(number), cause);
    }

    private void lost(Client client, int cause) {
        MqttSession session = client.session;
        client.session = null;
        if (session != null) {
            session.abandon();
        }
        if (client.connected) {
            client.connected = false;
            board.output().urc("+CMQTTCONNLOST: " + client.number + "," + cause);
        }
    }

    private Client client(Call call) {
        if (!started) {
            throw new Rejected();
        }
        return clients.get(call.arguments().number(0, 0, CLIENTS - 1));
    }

    private void failed(Call call, Client client, int error) {
        call.line(call.command().name() + ": " + client.number + "," + error).error();
    }

    private void start(Call call) {
        if (started) {
            throw new Rejected();
        }
        boolean good = cellular.hasService();
        started = good;
        call.ok(() -> board.after(board.timing().netOpenMillis(),
                () -> board.output().result("+CMQTTSTART: " + (good ? 0 : NOT_OPENED))));
    }

    private void stop(Call call) {
        if (!started) {
            throw new Rejected();
        }
        if (clients.stream().anyMatch(client -> client.connected)) {
            call.line("+CMQTTSTOP: " + NOT_RELEASED).error();
            return;
        }
        rebooted();
        call.ok(() -> board.after(board.timing().closeMillis(), () -> board.output().result("+CMQTTSTOP: 0")));
    }

    private void acquire(Call call) {
        if (call.is(Command.Kind.READ)) {
            call.block(clients.stream().map(each -> "+CMQTTACCQ: " + each.number + ",\"" + each.id + "\","
                    + (each.tls ? 1 : 0)).toList()).ok();
            return;
        }
        Client client = client(call);
        String id = call.arguments().text(1, 1, 128);
        boolean tls = call.arguments().number(2, 0, 1, 0) == 1;
        if (client.acquired) {
            failed(call, client, USED);
            return;
        }
        client.acquired = true;
        client.id = id;
        client.tls = tls;
        call.ok();
    }

    private void release(Call call) {
        Client client = client(call);
        if (!client.acquired) {
            failed(call, client, NOT_ACQUIRED);
        } else if (client.connected || client.session != null) {
            failed(call, client, USED);
        } else {
            client.free();
            call.ok();
        }
    }

    private void configure(Call call) {
        if (!call.is(Command.Kind.SET)) {
            call.ok();
            return;
        }
        Arguments arguments = call.arguments();
        if (!started) {
            throw new Rejected();
        }
        Client client = clients.get(arguments.number(1, 0, CLIENTS - 1));
        switch (arguments.text(0)) {
            case "version" -> client.version = arguments.number(2, 3, 4);
            case "checkUTF8", "argtopic" -> {
                int _ = arguments.number(2, 0, 1);
            }
            case "optimeout" -> {
                int _ = arguments.number(2, 20, 120);
            }
            default -> throw new Rejected();
        }
        call.ok();
    }

    @FunctionalInterface
    private interface Keep {
        void keep(Client client, String octets);
    }

    /// A command whose second argument is the length of a payload that is kept.
    private void text(Call call, int bytesMax, Keep then) {
        Client client = client(call);
        int bytes = call.arguments().number(1, 1, bytesMax);
        if (!client.acquired) {
            failed(call, client, NOT_ACQUIRED);
            return;
        }
        call.payload(bytes, octets -> {
            then.keep(client, octets);
            call.ok();
        });
    }

    private void connect(Call call) {
        if (call.is(Command.Kind.READ)) {
            call.block(clients.stream().map(each -> "+CMQTTCONNECT: " + each.number
                    + (each.connected ? ",\"" + each.url + "\"," + each.login : "")).toList()).ok();
            return;
        }
        Client client = client(call);
        Arguments arguments = call.arguments();
        String url = arguments.text(1, 9, 256);
        int keepAliveSeconds = arguments.number(2, 1, 64_800);
        boolean clean = arguments.number(3, 0, 1) == 1;
        String user = arguments.text(4, 0, 256);
        String password = arguments.text(5, 0, 256);
        if (!client.acquired) {
            failed(call, client, NOT_ACQUIRED);
            return;
        }
        if (client.connected || client.session != null) {
            failed(call, client, USED);
            return;
        }
        URI server = server(url);
        if (server == null) {
            failed(call, client, BAD_PARAMETER);
            return;
        }
        TlsPlan plan = null;
        if (client.tls) {
            try {
                plan = contexts.plan(client.context, server.getHost());
            } catch (TlsContexts.Missing missing) {
                board.note("client " + client.number + ": " + missing.getMessage());
                call.ok(() -> board.output().result("+CMQTTCONNECT: " + client.number + "," + NO_CERTIFICATE));
                return;
            }
        }
        MqttSession session = new MqttSession(board, server, client.id, plan, messages(client),
                () -> lost(client, 1));
        client.session = session;
        client.url = url;
        client.login = keepAliveSeconds + "," + (clean ? 1 : 0);
        MqttSession.Login login = new MqttSession.Login(client.version, keepAliveSeconds, clean, user, password,
                client.willTopic, client.willMessage, client.willQos);
        call.ok(() -> session.connect(login, error -> connected(client, error)));
    }

    private void connected(Client client, int error) {
        client.connected = error == 0;
        if (error != 0) {
            client.session = null;
            client.context = client.number;
        }
        board.output().result("+CMQTTCONNECT: " + client.number + "," + error);
    }

    private static @Nullable URI server(String url) {
        try {
            URI uri = URI.create(url);
            return "tcp".equals(uri.getScheme()) && uri.getHost() != null ? uri : null;
        } catch (IllegalArgumentException wrong) {
            return null;
        }
    }

    private Consumer<MqttSession.Message> messages(Client client) {
        return message -> {
            String number = client.number + ",";
            List<Piece> pieces = new ArrayList<>();
            pieces.add(new Piece(Kind.URC, "\r\n+CMQTTRXSTART: " + number + message.topic().length() + ","
                    + message.payload().length() + "\r\n+CMQTTRXTOPIC: " + number + message.topic().length() + "\r\n"));
            pieces.add(new Piece(Kind.DATA, message.topic()));
            for (int at = 0; at < message.payload().length(); at += PIECE_BYTES_MAX) {
                String piece = message.payload().substring(at, Math.min(message.payload().length(),
                        at + PIECE_BYTES_MAX));
                pieces.add(new Piece(Kind.URC, "\r\n+CMQTTRXPAYLOAD: " + number + piece.length() + "\r\n"));
                pieces.add(new Piece(Kind.DATA, piece));
            }
            pieces.add(new Piece(Kind.URC, "\r\n+CMQTTRXEND: " + client.number + "\r\n"));
            board.output().urc(pieces);
        };
    }

    private void disconnect(Call call) {
        if (call.is(Command.Kind.READ)) {
            call.block(clients.stream().map(each -> "+CMQTTDISC: " + each.number + "," + (each.connected ? 0 : 1))
                    .toList()).ok();
            return;
        }
        Client client = client(call);
        MqttSession session = client.session;
        if (!client.connected || session == null) {
            failed(call, client, NO_CONNECTION);
            return;
        }
        client.connected = false;
        client.session = null;
        client.context = client.number;
        call.ok(() -> session.disconnect(
                error -> board.output().result("+CMQTTDISC: " + client.number + "," + error)));
    }

    private void publish(Call call) {
        Client client = client(call);
        Arguments arguments = call.arguments();
        int qos = arguments.number(1, 0, 2);
        int seconds = arguments.number(2, 1, 180, 60);
        boolean retained = arguments.number(3, 0, 1, 0) == 1;
        MqttSession session = client.session;
        if (!client.connected || session == null) {
            failed(call, client, NO_CONNECTION);
            return;
        }
        if (client.topic.isEmpty()) {
            failed(call, client, TOPIC_EMPTY);
            return;
        }
        MqttSession.Message message = new MqttSession.Message(client.topic, client.payload);
        client.topic = "";
        client.payload = "";
        call.ok(() -> session.publish(message, qos, retained, seconds,
                error -> board.output().result("+CMQTTPUB: " + client.number + "," + error)));
    }

    private void subscribe(Call call) {
        Client client = client(call);
        if (!client.connected) {
            failed(call, client, NO_CONNECTION);
            return;
        }
        if (call.arguments().count() < 3) {
            List<String> filters = List.copyOf(client.filters);
            List<Integer> qos = List.copyOf(client.filterQos);
            client.filters.clear();
            client.filterQos.clear();
            if (filters.isEmpty()) {
                failed(call, client, TOPIC_EMPTY);
            } else {
                subscribe(call, client, filters, qos);
            }
            return;
        }
        int bytes = call.arguments().number(1, 1, TOPIC_BYTES_MAX);
        int qos = call.arguments().number(2, 0, 2);
        call.payload(bytes, filter -> subscribe(call, client, List.of(filter), List.of(qos)));
    }

    private void subscribe(Call call, Client client, List<String> filters, List<Integer> qos) {
        MqttSession session = client.session;
        if (session == null) {
            failed(call, client, NO_CONNECTION);
            return;
        }
        call.ok(() -> session.subscribe(filters, qos,
                error -> board.output().result("+CMQTTSUB: " + client.number + "," + error)));
    }

    private void unsubscribe(Call call) {
        Client client = client(call);
        if (!client.connected) {
            failed(call, client, NO_CONNECTION);
            return;
        }
        if (!client.unsubscribed.isEmpty()) {
            List<String> filters = List.copyOf(client.unsubscribed);
            client.unsubscribed.clear();
            unsubscribe(call, client, filters);
        } else if (call.arguments().count() >= 2 && call.arguments().number(1, 0, TOPIC_BYTES_MAX) > 0) {
            call.payload(call.arguments().number(1, 1, TOPIC_BYTES_MAX),
                    filter -> unsubscribe(call, client, List.of(filter)));
        } else {
            failed(call, client, TOPIC_EMPTY);
        }
    }

    private void unsubscribe(Call call, Client client, List<String> filters) {
        MqttSession session = client.session;
        if (session == null) {
            failed(call, client, NO_CONNECTION);
            return;
        }
        call.ok(() -> session.unsubscribe(filters,
                error -> board.output().result("+CMQTTUNSUB: " + client.number + "," + error)));
    }

    /// Octets of a text that a library has as characters.
    static String octets(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }
}
