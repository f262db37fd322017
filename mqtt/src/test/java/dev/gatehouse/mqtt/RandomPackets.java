package dev.gatehouse.mqtt;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/// Random packets that the standard allows, in one version.
final class RandomPackets {
    private static final String[] PIECES = {"a", "sport", "Z9", "ä", "日本", "😀", "\uFEFF", " ", "$", ".", "\u0001",
            "\u007F", "é", "\uFFFD", "\uFFFF", "\uD7FF", "\uE000", "\u0080", "\u07FF", "\u0800", "\uDBFF\uDFFF"};

    private final Random random;
    private final Version version;

    RandomPackets(Random random, Version version) {
        this.random = random;
        this.version = version;
    }

    Packet fromClient() {
        return switch (random.nextInt(five() ? 10 : 9)) {
            case 0, 1 -> publish(false);
            case 2 -> new Packet.Puback(id(), received(), reasonString(), userProperties());
            case 3 -> new Packet.Pubrec(id(), received(), reasonString(), userProperties());
            case 4 -> new Packet.Pubrel(id(), released(), reasonString(), userProperties());
            case 5 -> new Packet.Pubcomp(id(), released(), reasonString(), userProperties());
            case 6 -> subscribe();
            case 7 -> new Packet.Unsubscribe(id(), userProperties(), some(1, this::text));
            case 8 -> random.nextBoolean() ? new Packet.Pingreq() : disconnect(true);
            default -> auth();
        };
    }

    Packet fromServer() {
        return switch (random.nextInt(five() ? 10 : 8)) {
            case 0, 1 -> publish(true);
            case 2 -> connack();
            case 3 -> new Packet.Puback(id(), received(), reasonString(), userProperties());
            case 4 -> new Packet.Pubrel(id(), released(), reasonString(), userProperties());
            case 5 -> new Packet.Suback(id(), some(1, this::subackReason), reasonString(), userProperties());
            case 6 -> new Packet.Unsuback(id(), five() ? some(1, () -> any(AllowedReasons.UNSUBACK)) : List.of(),
                    reasonString(), userProperties());
            case 7 -> new Packet.Pingresp();
            case 8 -> disconnect(false);
            default -> auth();
        };
    }

    Packet.Connect connect() {
        Will will = random.nextBoolean()
                ? null
                : new Will(topic(), binary(), qos(), random.nextBoolean(), five() ? seconds(0) : 0,
                        five() ? publishProperties(false).withoutHop() : PublishProperties.NONE);
        String userName = maybe(this::text);
        Secret password = userName == null && !five() ? null : maybe(() -> Secret.copyOf(bytes(8)));
        return new Packet.Connect(version, text(), random.nextBoolean(), random.nextInt(65_536), will, userName,
                password, connectProperties());
    }

    private ConnectProperties connectProperties() {
        if (!five()) {
            return ConnectProperties.NONE;
        }
        String method = maybe(this::text);
        return new ConnectProperties(seconds(0), 1 + random.nextInt(65_535), maximumPacketSize(),
                random.nextInt(65_536), random.nextBoolean(), random.nextBoolean(), method,
                method == null ? null : maybe(this::binary), userProperties());
    }

    private Packet connack() {
        ReasonCode reason = five()
                ? any(AllowedReasons.CONNACK)
                : List.of(ReasonCode.SUCCESS, ReasonCode.UNSUPPORTED_PROTOCOL_VERSION,
                        ReasonCode.CLIENT_IDENTIFIER_NOT_VALID, ReasonCode.SERVER_UNAVAILABLE,
                        ReasonCode.BAD_USER_NAME_OR_PASSWORD, ReasonCode.NOT_AUTHORIZED).get(random.nextInt(6));
        boolean sessionPresent = reason == ReasonCode.SUCCESS && version != Version.MQTT_3_1 && random.nextBoolean();
        String method = maybe(this::text);
        return new Packet.Connack(sessionPresent, reason, five()
                ? new ConnackProperties(seconds(-1), random.nextBoolean() ? -1 : 1 + random.nextInt(65_535),
                        maybe(() -> Qos.of(random.nextInt(2))), random.nextBoolean(), maximumPacketSize(),
                        maybe(this::text), random.nextInt(65_536), reasonString(), userProperties(),
                        random.nextBoolean(), random.nextBoolean(), random.nextBoolean(), random.nextInt(65_537) - 1,
                        maybe(this::text), maybe(this::text), method, method == null ? null : maybe(this::binary))
                : ConnackProperties.NONE);
    }

    Packet.Publish publish(boolean fromServer) {
        Qos qos = qos();
        PublishProperties properties = five() ? publishProperties(fromServer) : PublishProperties.NONE;
        String topic = properties.topicAlias() != 0 && random.nextBoolean() ? "" : topic();
        return new Packet.Publish(topic, qos, qos != Qos.AT_MOST_ONCE && random.nextBoolean(), random.nextBoolean(),
                qos == Qos.AT_MOST_ONCE ? 0 : id(), properties,
                Unpooled.wrappedBuffer(bytes(random.nextInt(10) == 0 ? 300 : 20)));
    }

    private PublishProperties publishProperties(boolean fromServer) {
        return new PublishProperties(random.nextBoolean() ? 0 : 1 + random.nextInt(65_535),
                fromServer ? some(0, () -> 1 + random.nextInt(268_435_455)) : List.of(), random.nextInt(3) - 1,
                seconds(-1), maybe(this::topic), maybe(this::binary), maybe(this::text), userProperties());
    }

    private Packet subscribe() {
        return new Packet.Subscribe(id(), !five() || random.nextBoolean() ? 0 : 1 + random.nextInt(268_435_455),
                userProperties(),
                some(1, () -> new Packet.Subscribe.Request(text(), qos(), five() && random.nextBoolean(),
                        five() && random.nextBoolean(),
                        five() ? Packet.RetainHandling.values()[random.nextInt(3)] : Packet.RetainHandling.SEND)));
    }

    private ReasonCode subackReason() {
        return five()
                ? any(AllowedReasons.SUBACK)
                : List.of(ReasonCode.SUCCESS, ReasonCode.GRANTED_QOS_1, ReasonCode.GRANTED_QOS_2,
                        ReasonCode.UNSPECIFIED_ERROR).get(random.nextInt(4));
    }

    private Packet disconnect(boolean fromClient) {
        return five()
                ? new Packet.Disconnect(any(AllowedReasons.DISCONNECT), fromClient ? seconds(-1) : -1, reasonString(),
                        maybe(this::text), userProperties())
                : new Packet.Disconnect(ReasonCode.SUCCESS);
    }

    private Packet auth() {
        return random.nextInt(5) == 0
                ? new Packet.Auth(ReasonCode.SUCCESS, null, null, null, List.of())
                : new Packet.Auth(any(AllowedReasons.AUTH), text(), maybe(this::binary), reasonString(),
                        userProperties());
    }

    private boolean five() {
        return version.hasProperties();
    }

    private ReasonCode received() {
        return five() ? any(AllowedReasons.PUBACK) : ReasonCode.SUCCESS;
    }

    private ReasonCode released() {
        return five() ? any(AllowedReasons.PUBREL) : ReasonCode.SUCCESS;
    }

    private ReasonCode any(AllowedReasons allowed) {
        while (true) {
            ReasonCode reason = ReasonCode.values()[random.nextInt(ReasonCode.values().length)];
            if (allowed.contains(reason)) {
                return reason;
            }
        }
    }

    private int id() {
        return 1 + random.nextInt(65_535);
    }

    private Qos qos() {
        return Qos.of(random.nextInt(3));
    }

    private long seconds(int absent) {
        return switch (random.nextInt(4)) {
            case 0 -> absent;
            case 1 -> 0;
            case 2 -> 0xFFFF_FFFFL;
            default -> random.nextLong(0x1_0000_0000L);
        };
    }

    private long maximumPacketSize() {
        return random.nextBoolean() ? -1 : 1 + random.nextLong(0xFFFF_FFFFL);
    }

    private @Nullable String reasonString() {
        return five() ? maybe(this::text) : null;
    }

    private List<UserProperty> userProperties() {
        return five() ? some(0, () -> new UserProperty(text(), text())) : List.of();
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(6); i > 0; i--) {
            text.append(PIECES[random.nextInt(PIECES.length)]);
        }
        return text.toString();
    }

    private String topic() {
        return random.nextBoolean() ? "d/" + random.nextInt(5) + "/t" : "t" + text();
    }

    private Bytes binary() {
        return Bytes.copyOf(bytes(10));
    }

    private byte[] bytes(int most) {
        byte[] bytes = new byte[random.nextInt(most + 1)];
        random.nextBytes(bytes);
        return bytes;
    }

    private <T> @Nullable T maybe(Supplier<T> value) {
        return random.nextBoolean() ? value.get() : null;
    }

    private <T> List<T> some(int least, Supplier<T> value) {
        List<T> values = new ArrayList<>();
        for (int i = least + random.nextInt(3); i > 0; i--) {
            values.add(value.get());
        }
        return List.copyOf(values);
    }
}
