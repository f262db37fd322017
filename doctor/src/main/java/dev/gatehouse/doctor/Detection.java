package dev.gatehouse.doctor;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

import dev.gatehouse.client.ConnectOptions;
import dev.gatehouse.client.Deadline;
import dev.gatehouse.client.MqttUrl;
import dev.gatehouse.doctor.Reply.Speaks;
import dev.gatehouse.mqtt.PacketWriter;
import dev.gatehouse.mqtt.Version;

/// Finds out what answers on a port, by saying one thing per connection: first what the URL promises, then the others.
///
/// Nothing here is secret: no user name and no password is sent.
final class Detection {
    private static final Duration LISTENING_MAX = Duration.ofMillis(400);

    private final Plan plan;
    private final Way way;
    private final Notes notes;

    Detection(Plan plan, Way way, Notes notes) {
        this.plan = plan;
        this.way = way;
        this.notes = notes;
    }

    /// Whether what the URL promises answers.
    boolean run() {
        MqttUrl.Scheme scheme = plan.url().scheme();
        Opening promised = scheme.encrypted()
                ? Opening.CLIENT_HELLO
                : scheme.webSocket() ? Opening.WEBSOCKET : Opening.MQTT_CONNECT;
        Speaks wanted = scheme.encrypted() ? Speaks.TLS : scheme.webSocket() ? Speaks.HTTP : Speaks.MQTT;
        Reply first = say(promised);
        if (isCourtesy(first)) {
            // Said in the client's protocol to a client that speaks the wrong one: what does the port speak?
            if (scheme.encrypted()) {
                return !speaks(say(Opening.MQTT_CONNECT), Speaks.MQTT) && !speaks(say(Opening.WEBSOCKET), Speaks.HTTP);
            }
            if (!scheme.webSocket()) {
                return !speaks(say(Opening.CLIENT_HELLO), Speaks.TLS) && !isWebSocket(say(Opening.WEBSOCKET));
            }
        }
        if (scheme.encrypted() && speaks(first, Speaks.TLS_ALERT)) {
            return true;
        }
        if (speaks(first, wanted)) {
            if (scheme == MqttUrl.Scheme.WS && first instanceof Reply.Answered(_, String line)
                    && line.contains(" 400 ")) {
                say(Opening.CLIENT_HELLO); // web servers answer so to HTTP on their TLS port
            }
            return true;
        }
        List<Opening> others = new ArrayList<>(
                List.of(Opening.NOTHING, Opening.CLIENT_HELLO, Opening.MQTT_CONNECT, Opening.WEBSOCKET));
        others.remove(promised);
        boolean anything = first instanceof Reply.Answered;
        for (Opening opening : others) {
            Reply reply = say(opening);
            anything |= reply instanceof Reply.Answered;
            if (speaks(reply, Speaks.TLS) && opening == Opening.CLIENT_HELLO
                    || speaks(reply, Speaks.MQTT) && opening == Opening.MQTT_CONNECT
                    || speaks(reply, Speaks.SSH)) {
                break;
            }
        }
        if (!anything) {
            say(Opening.PROXY_HEADER);
        }
        return false;
    }

    /// "Server unavailable" from a broker, and the alert for "this is not TLS here".
    private static boolean isCourtesy(Reply reply) {
        return reply instanceof Reply.Answered(Speaks speaks, String shown)
                && (speaks == Speaks.MQTT && shown.startsWith("20 02 00 03")
                        || speaks == Speaks.TLS_ALERT && shown.endsWith(" 0a"));
    }

    static boolean isWebSocket(Reply reply) {
        return reply instanceof Reply.Answered(Speaks speaks, String line) && speaks == Speaks.HTTP
                && line.contains(" 101");
    }

    private static boolean speaks(Reply reply, Speaks what) {
        return reply instanceof Reply.Answered(Speaks speaks, _) && speaks == what;
    }

    private Reply say(Opening opening) {
        notes.begins("saying " + opening.words());
        long start = System.nanoTime();
        Deadline deadline = opening == Opening.NOTHING
                ? Deadline.in(LISTENING_MAX).orIn(plan.timeout())
                : way.deadline();
        Reply reply;
        try (Socket socket = way.socket(deadline)) {
            reply = Conversation.hold(socket, bytes(opening), Detection::enough, deadline).reply();
        } catch (IOException e) {
            reply = Way.isLate(e) ? new Reply.Silent() : new Reply.Reset();
        }
        notes.add(new Result.Spoke(opening, reply, Notes.since(start)));
        return reply;
    }

    /// Four bytes tell protocols apart; of text, the first line.
    private static boolean enough(byte[] heard, int count) {
        if (count < 4) {
            return false;
        }
        return switch (Conversation.speaks(Arrays.copyOf(heard, count))) {
            case TLS, TLS_ALERT, MQTT, UNKNOWN -> true;
            case HTTP, SSH, TEXT -> new String(heard, 0, count, StandardCharsets.ISO_8859_1).indexOf('\n') >= 0;
        };
    }

    private byte[] bytes(Opening opening) {
        return switch (opening) {
            case NOTHING -> new byte[0];
            // The version that nearly everybody speaks, with the name the device would send.
            case CLIENT_HELLO -> RawHello.of(RawHello.TLS_1_2, plan.nameToSend(), way.random());
            case MQTT_CONNECT -> connect();
            case WEBSOCKET -> ("GET " + path() + " HTTP/1.1\r\nHost: " + plan.url().authority()
                    + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                    + "Sec-WebSocket-Key: Z2F0ZWhvdXNlLWRvY3Rvcg==\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n")
                    .getBytes(StandardCharsets.ISO_8859_1);
            case PROXY_HEADER -> behindProxyHeader();
        };
    }

    private byte[] behindProxyHeader() {
        byte[] header = "PROXY TCP4 192.0.2.1 192.0.2.2 49152 1883\r\n".getBytes(StandardCharsets.US_ASCII);
        byte[] then = bytes(plan.url().scheme().encrypted()
                ? Opening.CLIENT_HELLO
                : plan.url().scheme().webSocket() ? Opening.WEBSOCKET : Opening.MQTT_CONNECT);
        byte[] both = new byte[header.length + then.length];
        System.arraycopy(header, 0, both, 0, header.length);
        System.arraycopy(then, 0, both, header.length, then.length);
        return both;
    }

    private String path() {
        return plan.url().path().isEmpty() ? "/mqtt" : plan.url().path();
    }

    private byte[] connect() {
        ByteBuf bytes = Unpooled.buffer();
        ConnectOptions options = ConnectOptions.of(Version.MQTT_3_1_1, MqttProbe.clientId(plan, way.random()));
        PacketWriter.write(options.packet(), Version.MQTT_3_1_1, bytes);
        return ByteBufUtil.getBytes(bytes);
    }
}
