package dev.gatehouse.tls;

import java.util.HexFormat;
import java.util.Random;

import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/// What real handshakes do not show: [ServerTlsTest] has these.
class ResumptionTapTest {
    private static final String RANDOM = "11".repeat(32);
    private static final String RETRY = "cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c";
    private static final String VERSION_13 = "002b00020304";
    private static final String PRE_SHARED_KEY = "002900020000";
    private static final String CHANGE_CIPHER_SPEC = "140303000101";

    private static boolean isResumed(String hex) {
        ResumptionTap tap = new ResumptionTap();
        tap.see(Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex)));
        return tap.isResumed();
    }

    private static String record(String message) {
        return "160303" + HexFormat.of().toHexDigits((short) (message.length() / 2)) + message;
    }

    private static String hello(String random, String extensions) {
        String body = "0303" + random + "00" + "1301" + "00"
                + HexFormat.of().toHexDigits((short) (extensions.length() / 2)) + extensions;
        return "0200" + HexFormat.of().toHexDigits((short) (body.length() / 2)) + body;
    }

    @Test
    void behind_a_request_for_another_client_hello_the_second_server_hello_counts() {
        String retry = record(hello(RETRY, VERSION_13)) + CHANGE_CIPHER_SPEC;

        assertThat(isResumed(retry)).isFalse();
        assertThat(isResumed(retry + record(hello(RANDOM, VERSION_13)))).isFalse();
        assertThat(isResumed(retry + record(hello(RANDOM, PRE_SHARED_KEY + VERSION_13)))).isTrue();
    }

    @Test
    void before_tls_13_a_server_that_resumes_sends_no_certificate() {
        String hello = hello(RANDOM, "ff01000100");

        assertThat(isResumed(record(hello) + CHANGE_CIPHER_SPEC)).isTrue();
        assertThat(isResumed(record(hello) + record("04000000"))).as("a new ticket").isTrue();
        assertThat(isResumed(record(hello + "0b000003000000"))).as("a certificate in the same record").isFalse();
        assertThat(isResumed(record(hello) + record("0b000003000000"))).isFalse();
    }

    @Test
    void what_is_no_handshake_resumes_nothing() {
        assertThat(isResumed("")).isFalse();
        assertThat(isResumed("15030300020228")).as("an alert").isFalse();
        assertThat(isResumed("485454502f312e3120343030")).as("HTTP").isFalse();
        assertThat(isResumed("ff".repeat(5_000))).isFalse();
    }

    @Test
    void changed_and_shortened_bytes_never_throw() {
        byte[] valid = HexFormat.of().parseHex(record(hello(RETRY, VERSION_13)) + CHANGE_CIPHER_SPEC
                + record(hello(RANDOM, PRE_SHARED_KEY + VERSION_13)));
        for (int seed = 0; seed < 20_000; seed++) {
            Random random = new Random(seed);
            byte[] bytes = valid.clone();
            for (int changes = random.nextInt(4); changes >= 0; changes--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            int split = random.nextInt(bytes.length);
            ResumptionTap tap = new ResumptionTap();

            tap.see(Unpooled.wrappedBuffer(bytes, 0, split));
            tap.see(Unpooled.wrappedBuffer(bytes, split, random.nextInt(bytes.length - split + 1)));
            tap.isResumed();
        }
    }
}
