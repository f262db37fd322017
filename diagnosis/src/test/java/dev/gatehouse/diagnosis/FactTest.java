package dev.gatehouse.diagnosis;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class FactTest {
    private static final String NASTY = "\u001b[31m\r\n\u0000\u202e".repeat(1000);

    @Test
    void the_names_of_facts_stay() {
        assertThat(Fact.types().keySet()).containsExactly("accepted", "proxy-header", "proxy-problem", "first-bytes",
                "client-hello-seen", "hello-malformed", "tenant-decided", "tenant-undecided", "tls-established",
                "alert-received", "alert-sent", "tls-failed", "http-request", "web-socket-opened",
                "web-socket-refused", "connect-received", "packet-refused", "authentication-begun", "authenticated",
                "authentication-failed",
                "session-opened", "connack-sent", "took-over", "taken-over", "subscription-refused",
                "publish-refused", "will-refused", "message-dropped", "keep-alive-missed", "traffic",
                "disconnect-received", "disconnect-sent", "ended");
        assertThat(new Fact.DisconnectSent(0).type()).isEqualTo("disconnect-sent");
    }

    @Test
    void facts_are_made_of_what_json_can_hold_and_have_no_place_for_a_password() {
        for (Class<? extends Fact> kind : Fact.types().values()) {
            for (RecordComponent part : kind.getRecordComponents()) {
                assertThat(part.getType() == String.class || part.getType() == int.class
                        || part.getType() == long.class || part.getType() == boolean.class || part.getType().isEnum()
                        || part.getGenericType().getTypeName().equals("java.util.List<java.lang.String>"))
                        .as("%s.%s", kind.getSimpleName(), part.getName()).isTrue();
                if (part.getName().toLowerCase(Locale.ROOT).contains("password")) {
                    assertThat(part.getType()).isEqualTo(boolean.class);
                }
            }
        }
    }

    @Test
    void a_sentence_is_one_short_line_whatever_came_over_the_wire() throws ReflectiveOperationException {
        for (Class<? extends Fact> kind : Fact.types().values()) {
            String sentence = nasty(kind).sentence();
            assertThat(sentence).as(kind.getSimpleName()).isNotBlank().hasSizeLessThan(900).doesNotEndWith(".")
                    .doesNotMatch("(?s).*\\p{Cntrl}.*").doesNotContain("\u202e");
        }
    }

    @Test
    void what_a_fact_keeps_of_the_wire_is_bounded() {
        var hello = new Fact.ClientHelloSeen("n".repeat(5000), "host-name", java.util.Collections.nCopies(99, "x"),
                List.of(), 0, "", "");
        assertThat(hello.serverName()).hasSize(Fact.TEXT_MAX);
        assertThat(hello.alpn()).hasSize(Fact.LIST_MAX);
        assertThat(new Fact.ConnectReceived("5", "c".repeat(65_535), null, false, true, 0, null, 0).clientId())
                .hasSize(Fact.TEXT_MAX);
    }

    private static Fact nasty(Class<? extends Fact> kind) throws ReflectiveOperationException {
        RecordComponent[] parts = kind.getRecordComponents();
        Class<?>[] types = Arrays.stream(parts).map(RecordComponent::getType).toArray(Class<?>[]::new);
        Object[] values = Arrays.stream(parts).map(FactTest::nastyValue).toArray();
        return kind.getDeclaredConstructor(types).newInstance(values);
    }

    /// Names that our own code gives (addresses, listeners, ids) are kept as they are; they do not come from the wire.
    private static Object nastyValue(RecordComponent part) {
        Class<?> type = part.getType();
        if (type == String.class) {
            return List.of("remote", "local", "listener", "protocol", "source", "destination", "version", "cipher",
                    "otherAttempt", "byAttempt", "byRemote", "packetType", "clause").contains(part.getName())
                    || part.getDeclaringRecord() == Fact.ConnackSent.class
                    || part.getDeclaringRecord() == Fact.AlertSent.class ? "ours" : NASTY;
        }
        if (type == int.class) {
            return 1;
        }
        if (type == long.class) {
            return 1L;
        }
        if (type == boolean.class) {
            return true;
        }
        return type.isEnum() ? type.getEnumConstants()[0] : List.of(NASTY, NASTY);
    }
}
