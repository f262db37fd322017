package dev.gatehouse.doctor.explain;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;

import org.junit.jupiter.api.Test;

import dev.gatehouse.diagnosis.Cause;

import static org.assertj.core.api.Assertions.assertThat;

class UnpackedTest {
    private static byte[] packed(String log) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(bytes)) {
            out.write(log.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    private static Explanation explain(byte[] input) throws IOException {
        var explainer = new Explainer();
        explainer.read(new ByteArrayInputStream(input));
        return explainer.explain();
    }

    @Test
    void a_packed_log_is_explained_like_the_log() throws IOException {
        assertThat(explain(packed("Error: getaddrinfo ENOTFOUND mq.plant.example\n")).verdicts().getFirst().cause())
                .isEqualTo(Cause.DNS_FAILURE);
    }

    @Test
    void a_packed_log_may_end_or_be_damaged_anywhere() throws IOException {
        byte[] whole = packed("Error: getaddrinfo ENOTFOUND mq.plant.example\n".repeat(20));
        for (int i = 0; i < whole.length; i++) {
            assertThat(explain(Arrays.copyOf(whole, i)).stack()).isNotEmpty();
            byte[] damaged = whole.clone();
            damaged[i] ^= 0x55;
            assertThat(explain(damaged).stack()).isNotEmpty();
        }
    }
}
