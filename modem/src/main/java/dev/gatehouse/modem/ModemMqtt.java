package dev.gatehouse.modem;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.modem.at.AtEngine;
import dev.gatehouse.modem.at.Command;
import dev.gatehouse.modem.at.ModemException;
import dev.gatehouse.modem.at.Quoted;
import dev.gatehouse.modem.at.Trouble;

/// The MQTT client inside the modem (`+CMQTT…`): MQTT 3.1.1, with or without the modem's TLS. One connection at a time.
///
/// It keeps the connection alive and acknowledges by itself. When the connection is lost, [#receive] and [#publish] say
/// so; make a new one then. Any thread may call it; one command after the other.
///
/// **Source:** A76XX AT command manual V1.09, chapter 18.
public final class ModemMqtt implements Closeable {
    /// Messages that are kept for a program that is slow; then the newest are dropped, and counted.
    static final int QUEUED_MAX = 1000;
    private static final int CLIENT = 0;
    private static final int TEXT_BYTES_MAX = 1024;
    private static final int PAYLOAD_BYTES_MAX = 10_240;
    private static final int NAME_CHARACTERS_MAX = 256;
    private static final Duration START = Duration.ofSeconds(30);
    private static final Duration RESULT = Duration.ofSeconds(130);
    private static final Duration ACCEPT = Duration.ofSeconds(20);
    private static final int PUBLISH_SECONDS = 60;
    private static final Pattern RX_START = Pattern.compile("\\+CMQTTRXSTART: ?(\\d),(\\d+),(\\d+)");
    private static final Pattern LOST = Pattern.compile("\\+CMQTTCONNLOST: ?\\d,(\\d+)");

    /// A message.
    ///
    /// @param payload read-only
    public record Message(String topic, ByteBuffer payload) {
        public Message {
            payload = payload.asReadOnlyBuffer();
        }
    }

    /// A will, published by the server when the connection is lost.
    public record Will(String topic, ByteBuffer payload, int qos) {}

    /// @param keepAliveSeconds 1 to 64 800
    /// @param user empty for none
    /// @param tls null for a connection without TLS
    public record Options(String host, int port, String clientId, boolean cleanSession, int keepAliveSeconds,
            String user, Secret password, @Nullable Will will, @Nullable ModemTls tls) {
        public static Options of(String host, int port, String clientId) {
            return new Options(host, port, clientId, true, 60, "", Secret.NONE, null, null);
        }

        public Options withUser(String user, Secret password) {
            return new Options(host, port, clientId, cleanSession, keepAliveSeconds, user, password, will, tls);
        }

        public Options withWill(Will will) {
            return new Options(host, port, clientId, cleanSession, keepAliveSeconds, user, password, will, tls);
        }

        public Options withTls(ModemTls tls) {
            return new Options(host, port, clientId, cleanSession, keepAliveSeconds, user, password, will, tls);
        }
    }

    private final AtEngine engine;
    private final BlockingQueue<Message> received = new LinkedBlockingQueue<>(QUEUED_MAX);
    private volatile @Nullable ModemException lost;

    // Only the reader of the line uses these.
    private final ByteArrayOutputStream topic = new ByteArrayOutputStream();
    private final ByteArrayOutputStream payload = new ByteArrayOutputStream();
    private int topicBytes;
    private int payloadBytes;

    ModemMqtt(AtEngine engine) {
        this.engine = engine;
    }

    void connect(Options options) throws IOException {
        String id = Quoted.text("the client identifier", options.clientId(), 128);
        String url = Quoted.host(options.host(), NAME_CHARACTERS_MAX - 12);
        String address = "\"tcp://" + url.substring(1, url.length() - 1) + ":" + options.port() + '"';
        String user = Quoted.text("the user name", options.user(), NAME_CHARACTERS_MAX);
        String password = Quoted.text("the password", options.password().value(), NAME_CHARACTERS_MAX);
        start();
        ModemTls tls = options.tls();
        engine.require(Command.of("AT+CMQTTACCQ=" + CLIENT + "," + id + "," + (tls == null ? 0 : 1)));
        if (tls != null) {
            TlsConfig.write(engine, CLIENT, tls);
            engine.require(Command.of("AT+CMQTTSSLCFG=" + CLIENT + "," + CLIENT));
        }
        // MQTT 3.1.1; the default is 3.1. Firmware that does not know the setting has but one version.
        engine.execute(Command.of("AT+CMQTTCFG=\"version\"," + CLIENT + ",4"));
        Will will = options.will();
        if (will != null) {
            text("AT+CMQTTWILLTOPIC=" + CLIENT + ",", "", will.topic());
            give("AT+CMQTTWILLMSG=" + CLIENT + ",", "," + will.qos(), bytes(will.payload()), TEXT_BYTES_MAX);
        }
        String login = options.user().isEmpty()
                ? ""
                : "," + user + (options.password().isGiven() ? "," + password : "");
        Command command = Command
                .of("AT+CMQTTCONNECT=" + CLIENT + "," + address + "," + options.keepAliveSeconds() + ","
                        + (options.cleanSession() ? 1 : 0) + login)
                .hides(options.password().value()).within(START);
        check("connecting to " + options.host() + ":" + options.port(),
                engine.resultOf(command, "\\+CMQTTCONNECT: ?" + CLIENT + ",\\d+", RESULT));
    }

    /// Starts the modem's MQTT service, from scratch if it ran already: an earlier program may have left a client.
    private void start() throws ModemException {
        try {
            check("starting MQTT", engine.resultOf(Command.of("AT+CMQTTSTART"), "\\+CMQTTSTART: ?\\d+", START));
        } catch (ModemException e) {
            if (e.trouble() != Trouble.REFUSED) {
                throw e;
            }
            end();
            check("starting MQTT", engine.resultOf(Command.of("AT+CMQTTSTART"), "\\+CMQTTSTART: ?\\d+", START));
        }
    }

    /// Publishes and waits until the modem says that it is done: for QoS 1 and 2, that the server has it.
    public synchronized void publish(String topic, byte[] payload, int qos, boolean retain) throws IOException {
        checkAlive();
        text("AT+CMQTTTOPIC=" + CLIENT + ",", "", topic);
        give("AT+CMQTTPAYLOAD=" + CLIENT + ",", "", payload, PAYLOAD_BYTES_MAX);
        check("publishing", engine.resultOf(Command.of("AT+CMQTTPUB=" + CLIENT + "," + qos + "," + PUBLISH_SECONDS + ","
                + (retain ? 1 : 0)), "\\+CMQTTPUB: ?" + CLIENT + ",\\d+", RESULT));
    }

    public synchronized void subscribe(String filter, int qos) throws IOException {
        checkAlive();
        text("AT+CMQTTSUBTOPIC=" + CLIENT + ",", "," + qos, filter);
        check("subscribing", engine.resultOf(Command.of("AT+CMQTTSUB=" + CLIENT),
                "\\+CMQTTSUB: ?" + CLIENT + ",\\d+", RESULT));
    }

    public synchronized void unsubscribe(String filter) throws IOException {
        checkAlive();
        text("AT+CMQTTUNSUBTOPIC=" + CLIENT + ",", "", filter);
        check("unsubscribing", engine.resultOf(Command.of("AT+CMQTTUNSUB=" + CLIENT + ",0"),
                "\\+CMQTTUNSUB: ?" + CLIENT + ",\\d+", RESULT));
    }

    /// Waits for a message.
    ///
    /// @return null when none came in time
    /// @throws IOException when the connection is lost and all messages that came before have been given out
    public @Nullable Message receive(Duration patience) throws IOException {
        try {
            long deadline = System.nanoTime() + patience.toNanos();
            while (true) {
                long left = deadline - System.nanoTime();
                // In slices: the end of the connection puts nothing into the queue.
                Message message = received.poll(Math.clamp(left, 0, 50_000_000L), TimeUnit.NANOSECONDS);
                if (message != null) {
                    return message;
                }
                if (received.isEmpty()) {
                    checkAlive();
                }
                if (left <= 0) {
                    return null;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for a message", e);
        }
    }

    /// Disconnects and gives the modem's client back.
    @Override
    public void close() throws IOException {
        if (lost == null) {
            lost = new ModemException(Trouble.CLOSED);
            end();
        }
    }

    private void end() throws ModemException {
        quietly("AT+CMQTTDISC=" + CLIENT + ",60", "\\+CMQTTDISC: ?" + CLIENT + ",\\d+");
        engine.execute(Command.of("AT+CMQTTREL=" + CLIENT).fails("\\+CMQTTREL: ?\\d,\\d+"));
        quietly("AT+CMQTTSTOP", "\\+CMQTTSTOP: ?\\d+");
    }

    private void quietly(String command, String result) throws ModemException {
        try {
            engine.resultOf(Command.of(command), result, START);
        } catch (ModemException e) {
            if (e.trouble() != Trouble.REFUSED && e.trouble() != Trouble.TIMEOUT) {
                throw e;
            }
        }
    }

    private void text(String command, String after, String text) throws IOException {
        give(command, after, text.getBytes(StandardCharsets.UTF_8), TEXT_BYTES_MAX);
    }

    private void give(String command, String after, byte[] bytes, int bytesMax) throws IOException {
        if (bytes.length == 0 || bytes.length > bytesMax) {
            throw new IOException("the modem takes 1 to " + bytesMax + " bytes here, not " + bytes.length);
        }
        engine.require(Command.of(command + bytes.length + after).payload(bytes).within(ACCEPT));
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    private static void check(String what, String result) throws ModemException {
        int code = TlsLinks.code(result);
        if (code != 0) {
            throw new ModemException(Trouble.MQTT_FAILED, what + ": " + Codes.mqtt(code));
        }
    }

    private void checkAlive() throws ModemException {
        ModemException why = lost;
        if (why != null) {
            throw why.again();
        }
    }

    /// The connection is gone.
    void fail(ModemException why) {
        if (lost == null) {
            lost = why;
        }
    }

    // ---- by the reader of the line ----

    /// @return whether the line was about this client
    boolean heard(String line) {
        Matcher start = RX_START.matcher(line);
        if (start.matches()) {
            topic.reset();
            payload.reset();
            topicBytes = Integer.parseInt(start.group(2));
            payloadBytes = Integer.parseInt(start.group(3));
            return true;
        }
        if (line.startsWith("+CMQTTRXEND:")) {
            // Bytes that are missing were lost on the line; half a message is none.
            if (topic.size() == topicBytes && payload.size() == payloadBytes) {
                Message message = new Message(topic.toString(StandardCharsets.UTF_8),
                        ByteBuffer.wrap(payload.toByteArray()));
                if (!received.offer(message)) {
                    fail(new ModemException(Trouble.BYTES_LOST, "the program takes messages too slowly"));
                }
            } else {
                fail(new ModemException(Trouble.BYTES_LOST, "a message was not whole"));
            }
            return true;
        }
        Matcher gone = LOST.matcher(line);
        if (gone.matches()) {
            String how = switch (gone.group(1)) {
                case "1" -> "the server closed the connection";
                case "2" -> "the connection was reset";
                case "3" -> "the network is gone";
                default -> "cause " + gone.group(1);
            };
            fail(new ModemException(Trouble.MQTT_FAILED, how));
            return true;
        }
        if (line.startsWith("+CMQTTNONET")) {
            fail(new ModemException(Trouble.NETWORK_LOST, line));
            return true;
        }
        return false;
    }

    /// @return whether the data are this client's
    boolean data(String header, byte[] bytes) {
        if (header.startsWith("+CMQTTRXTOPIC:")) {
            topic.writeBytes(bytes);
            return true;
        }
        if (header.startsWith("+CMQTTRXPAYLOAD:")) {
            payload.writeBytes(bytes);
            return true;
        }
        return false;
    }
}
