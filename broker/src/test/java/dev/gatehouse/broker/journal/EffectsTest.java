package dev.gatehouse.broker.journal;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;

import dev.gatehouse.broker.Effect;
import dev.gatehouse.broker.Message;
import dev.gatehouse.mqtt.Bytes;
import dev.gatehouse.mqtt.PublishProperties;
import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.TopicFilter;
import dev.gatehouse.mqtt.UserProperty;
import dev.gatehouse.mqtt.Will;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

final class EffectsTest {
    private static final int TYPES = Effect.class.getPermittedSubclasses().length;

    private static Effect any(int type, Random random) {
        return switch (type) {
            case 0 -> new Effect.Published(text(random), message(random), receivers(random), random.nextBoolean(),
                    random.nextLong(), random.nextInt(65_536), random.nextLong());
            case 1 -> new Effect.Moved(text(random), random.nextLong(), random.nextLong(), random.nextLong(),
                    message(random), random.nextBoolean() ? receiver(random) : null);
            case 2 -> new Effect.Released(random.nextLong(), random.nextInt(65_536));
            case 3 -> new Effect.Acknowledged(random.nextLong(), random.nextLong(), random.nextLong(),
                    random.nextBoolean(), random.nextLong(), random.nextLong());
            case 4 -> new Effect.Received(random.nextLong(), random.nextLong());
            case 5 -> new Effect.Opened(random.nextLong(), text(random), text(random),
                    random.nextBoolean() ? text(random) : null, random.nextBoolean(), random.nextLong(),
                    random.nextBoolean() ? will(random) : null);
            case 6 -> new Effect.Detached(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong(),
                    random.nextLong());
            case 7 -> new Effect.WillFulfilled(random.nextLong());
            case 8 -> new Effect.Ended(random.nextLong());
            case 9 -> new Effect.Subscribed(random.nextLong(), filter(random), random.nextInt(64),
                    random.nextInt(268_435_456));
            case 10 -> new Effect.Unsubscribed(random.nextLong(), filter(random));
            case 11 -> new Effect.RetainedExpired(text(random), text(random), random.nextLong());
            case 12 -> new Effect.Forgotten(text(random));
            default -> throw new AssertionError("an effect has no example: add one here, and its golden bytes");
        };
    }

    private static String text(Random random) {
        return List.of("t", "acme", "a/b/c", "räume/büro", "日本/🏠", "x".repeat(300)).get(random.nextInt(6))
                + random.nextInt(10);
    }

    private static TopicFilter filter(Random random) {
        return TopicFilter.parse(List.of("a/+/#", "#", "$share/g/a/+", "plain").get(random.nextInt(4)));
    }

    private static byte[] payload(Random random) {
        byte[] bytes = new byte[random.nextInt(3) * random.nextInt(400)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static PublishProperties properties(Random random) {
        if (random.nextInt(3) == 0) {
            return PublishProperties.NONE;
        }
        List<UserProperty> user = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            user.add(new UserProperty(text(random), text(random)));
        }
        return new PublishProperties(0, List.of(), random.nextInt(3) - 1,
                random.nextBoolean() ? -1 : random.nextLong(0x1_0000_0000L),
                random.nextBoolean() ? null : text(random),
                random.nextBoolean() ? null : Bytes.takeOver(payload(random)),
                random.nextBoolean() ? null : text(random), user);
    }

    private static Message message(Random random) {
        return Message.stored(text(random), Qos.of(random.nextInt(3)), random.nextBoolean(), properties(random),
                random.nextBoolean() ? null : text(random), random.nextLong(), payload(random));
    }

    private static Will will(Random random) {
        return new Will(text(random), Bytes.takeOver(payload(random)), Qos.of(random.nextInt(3)), random.nextBoolean(),
                random.nextLong(0x1_0000_0000L), properties(random));
    }

    private static Effect.Receiver receiver(Random random) {
        List<Integer> ids = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            ids.add(1 + random.nextInt(268_435_455));
        }
        return new Effect.Receiver(random.nextLong(), Qos.of(1 + random.nextInt(2)), random.nextBoolean(), ids,
                random.nextBoolean() ? null : TopicFilter.parse("$share/g/" + text(random)));
    }

    private static List<Effect.Receiver> receivers(Random random) {
        List<Effect.Receiver> receivers = new ArrayList<>();
        for (int i = random.nextInt(5); i > 0; i--) {
            receivers.add(receiver(random));
        }
        return receivers;
    }

    /// All that an effect says, as records that can be compared: a message has no equality of its own.
    private static List<Object> contents(Effect effect) {
        return switch (effect) {
            case Effect.Published(var tenant, var message, var receivers, var retained, var publisher, var id, var will) ->
                List.of(tenant, contents(message), receivers, retained, publisher, id, will);
            case Effect.Moved(var tenant, var from, var sequence, var number, var message, var to) ->
                List.of(tenant, from, sequence, number, contents(message), to == null ? "nobody" : to);
            case Effect.Released _,Effect.Acknowledged _,Effect.Received _,Effect.Opened _,Effect.Detached _,Effect.WillFulfilled _,Effect.Ended _,Effect.Subscribed _,Effect.Unsubscribed _,Effect.RetainedExpired _,Effect.Forgotten _ ->
                List.of(effect);
        };
    }

    private static List<Object> contents(Message message) {
        return Arrays.asList(message.topic(), message.qos(), message.retain(), message.properties(),
                message.publisher(), message.expiresAtMicros(), HexFormat.of().formatHex(message.payload()));
    }

    @Test
    void every_effect_is_what_it_was_before_it_was_bytes() {
        Random random = new Random(7);
        for (int i = 0; i < 6_000; i++) {
            Effect effect = any(i % TYPES, random);
            byte[] bytes = Effects.bytes(effect);
            assertThat(contents(Effects.effect(bytes))).as("#%d", i).isEqualTo(contents(effect));
            assertThat(Effects.bytes(Effects.effect(bytes))).isEqualTo(bytes);
        }
    }

    @Test
    void every_type_of_effect_has_an_example() {
        Random random = new Random(1);
        List<Class<?>> seen = new ArrayList<>();
        for (int type = 0; type < TYPES; type++) {
            seen.add(any(type, random).getClass());
        }
        List<Class<?>> effects = Arrays.asList(Effect.class.getPermittedSubclasses());
        assertThat(seen).containsExactlyInAnyOrderElementsOf(effects);
    }

    private static List<Effect> golden() {
        Message message = Message.stored("t", Qos.AT_LEAST_ONCE, true,
                new PublishProperties(0, List.of(), 1, 60, null, null, "text", List.of(new UserProperty("k", "v"))),
                "p", 1_000_000, "hi".getBytes(StandardCharsets.UTF_8));
        Effect.Receiver receiver = new Effect.Receiver(2, Qos.EXACTLY_ONCE, true, List.of(5),
                TopicFilter.parse("$share/g/t"));
        Will will = new Will("w", Bytes.copyOf(new byte[]{9}), Qos.AT_LEAST_ONCE, false, 30, PublishProperties.NONE);
        return List.of(new Effect.Published("acme", message, List.of(receiver), true, 3, 65_535, 4),
                new Effect.Moved("acme", 1, 2, 3, message, receiver),
                new Effect.Released(1, 65_535),
                new Effect.Acknowledged(1, 2, 3, true, 4, 5),
                new Effect.Received(1, 2),
                new Effect.Opened(1, "acme", "c", null, true, 0xFFFF_FFFFL, will),
                new Effect.Detached(1, 2, 3, -1, 4),
                new Effect.WillFulfilled(1),
                new Effect.Ended(1),
                new Effect.Subscribed(1, TopicFilter.parse("a/#"), 0x2D, 7),
                new Effect.Unsubscribed(1, TopicFilter.parse("a/#")),
                new Effect.RetainedExpired("acme", "t", 2),
                new Effect.Forgotten("acme"));
    }

    @Test
    void the_bytes_of_version_1_stay_what_they_are() {
        List<String> hex = golden().stream().map(effect -> HexFormat.of().formatHex(Effects.bytes(effect))).toList();
        assertThat(hex).containsExactly(
                "01010000000461636d6500000000000f42400000000170331d0001740001150101020000003c2600016b0001"
                        + "760300047465787468690000000100000000000000020e0001000000050000000a2473686172652f672f7401"
                        + "0000000000000003ffff0000000000000004",
                "01020000000461636d6500000000000000010000000000000002000000000000000300000000000f42400000"
                        + "000170331d0001740001150101020000003c2600016b0001760300047465787468690100000000000000020e"
                        + "0001000000050000000a2473686172652f672f74",
                "01030000000000000001ffff",
                "01040000000000000001000000000000000200000000000000030100000000000000040000000000000005",
                "010500000000000000010000000000000002",
                "010600000000000000010000000461636d650000000163ffffffff0100000000ffffffff0100000000000000"
                        + "1e320700017700010009",
                "0107000000000000000100000000000000020000000000000003ffffffffffffffff0000000000000004",
                "01080000000000000001",
                "01090000000000000001",
                "010a000000000000000100000003612f232d00000007",
                "010b000000000000000100000003612f23",
                "010c0000000461636d6500000001740000000000000002",
                "010d0000000461636d65");
        for (int i = 0; i < hex.size(); i++) {
            Effect read = Effects.effect(HexFormat.of().parseHex(hex.get(i)));
            assertThat(contents(read)).isEqualTo(contents(golden().get(i)));
        }
    }

    @Test
    void a_later_version_or_an_unknown_type_is_refused_in_words() {
        byte[] later = Effects.bytes(new Effect.Ended(1));
        later[0] = 2;
        assertThatThrownBy(() -> Effects.effect(later)).isInstanceOf(JournalFault.class)
                .hasMessageContaining("an effect of version 2; this program knows version 1")
                .hasMessageContaining("Run the version of Gatehouse that wrote it");
        assertThatThrownBy(() -> Effects.effect(new byte[]{1, 77})).isInstanceOf(JournalFault.class)
                .hasMessageContaining("an effect of type 77");
    }

    @Test
    void part_of_an_effect_and_more_than_an_effect_are_refused() {
        for (Effect effect : golden()) {
            byte[] bytes = Effects.bytes(effect);
            for (int length = 0; length < bytes.length; length++) {
                byte[] part = Arrays.copyOf(bytes, length);
                assertThatThrownBy(() -> Effects.effect(part)).as("%d bytes of %s", length, effect)
                        .isInstanceOf(JournalFault.class);
            }
            byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
            assertThatThrownBy(() -> Effects.effect(longer)).isInstanceOf(JournalFault.class);
        }
    }

    @Test
    void garbage_is_an_effect_or_a_fault_and_nothing_else() {
        Random random = new Random(3);
        int refused = 0;
        for (int i = 0; i < 40_000; i++) {
            byte[] bytes = i % 2 == 0
                    ? Effects.bytes(any(random.nextInt(TYPES), random))
                    : new byte[2 + random.nextInt(60)];
            if (i % 2 == 1) {
                random.nextBytes(bytes);
                bytes[0] = Effects.VERSION;
                bytes[1] = (byte) (1 + random.nextInt(TYPES));
            } else {
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            }
            try {
                Effects.effect(bytes);
            } catch (JournalFault fault) {
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(10_000);
    }
}
