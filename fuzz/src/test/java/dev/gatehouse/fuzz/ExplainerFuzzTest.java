package dev.gatehouse.fuzz;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;

import dev.gatehouse.doctor.explain.Explainer;
import dev.gatehouse.doctor.explain.Explanation;
import dev.gatehouse.doctor.explain.ExplanationText;

class ExplainerFuzzTest {
    private static final int PACKETS_MAX = 60;

    @FuzzTest(maxDuration = "2m")
    void any_bytes_are_explained_or_left_open(FuzzedDataProvider data) throws IOException {
        byte[] first = data.consumeBytes(4_000);
        explain(first, data.consumeRemainingAsBytes());
    }

    /// Dumps of what a device and its modem say, as ESP-IDF prints them.
    @FuzzTest(maxDuration = "2m")
    void any_dump_is_explained_or_left_open(FuzzedDataProvider data) throws IOException {
        var log = new StringBuilder();
        for (int i = 0; i < PACKETS_MAX && data.remainingBytes() > 0; i++) {
            int kind = data.consumeInt(0, 9);
            byte[] bytes = data.consumeBytes(200);
            switch (kind) {
                case 0, 1, 2 -> dump("dce", bytes, log);
                case 3, 4, 5 -> dump("sock_dce", bytes, log);
                case 6, 7 -> dump("sock_dce", ("\r\n+CIPRXGET: 2,0," + bytes.length + "," + data.consumeByte() + "\r\n"
                        + new String(bytes, StandardCharsets.ISO_8859_1) + "\r\n\r\nOK\r\n")
                        .getBytes(StandardCharsets.ISO_8859_1), log);
                case 8 -> dump("sock_dce", "\r\n+IPCLOSE: 0,1\r\n".getBytes(StandardCharsets.ISO_8859_1), log);
                default -> log.append(new String(bytes, StandardCharsets.ISO_8859_1)).append('\n');
            }
        }
        explain(log.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static void dump(String tag, byte[] bytes, StringBuilder log) {
        for (int from = 0; from < bytes.length; from += 16) {
            int to = Math.min(bytes.length, from + 16);
            log.append(String.format(Locale.ROOT, "V (%d) %s: 0x%08x   %s  |.|%n", from, tag, from,
                    HexFormat.ofDelimiter(" ").formatHex(bytes, from, to)));
        }
    }

    /// Segments of TCP in any order, with any flags and contents, in a well-formed capture.
    @FuzzTest(maxDuration = "2m")
    void any_capture_is_explained_or_left_open(FuzzedDataProvider data) throws IOException {
        var capture = new ByteArrayOutputStream();
        capture.writeBytes(HexFormat.of().parseHex("a1b2c3d4000200040000000000000000000400000000" + "0065"));
        for (int i = 0; i < PACKETS_MAX && data.remainingBytes() > 0; i++) {
            boolean fromClient = data.consumeBoolean();
            int flags = data.consumeInt(0, 31);
            int sequence = data.consumeInt(0, 4_000) - (data.consumeBoolean() ? 2_000 : 0);
            byte[] payload = data.consumeBytes(data.consumeInt(0, 300));
            ByteBuffer ip = ByteBuffer.allocate(40 + payload.length);
            ip.put((byte) 0x45).put((byte) 0).putShort((short) (40 + payload.length)).putInt(0).put((byte) 64)
                    .put((byte) 6).putShort((short) 0);
            ip.putInt(fromClient ? 1 : 2).putInt(fromClient ? 2 : 1);
            ip.putShort((short) (fromClient ? 50_000 : 8883)).putShort((short) (fromClient ? 8883 : 50_000));
            ip.putInt(sequence).putInt(0).put((byte) 0x50).put((byte) flags).putShort((short) 100).putInt(0);
            ip.put(payload);
            capture.writeBytes(ByteBuffer.allocate(16).putInt(i).putInt(0).putInt(ip.capacity()).putInt(ip.capacity())
                    .array());
            capture.writeBytes(ip.array());
        }
        explain(capture.toByteArray());
    }

    private static void explain(byte[]... inputs) throws IOException {
        var explainer = new Explainer();
        for (byte[] input : inputs) {
            explainer.read(new ByteArrayInputStream(input));
        }
        Explanation said = explainer.explain();
        require(!said.decided() || !said.verdicts().isEmpty(), "decided on nothing");
        require(said.decided() || !said.collect().isEmpty(), "open, and nothing to collect");
        String text = ExplanationText.render(said, List.of("a", "b"), (_, plain) -> plain);
        require(text.chars().allMatch(c -> c == '\n' || c >= ' '), "a control character from the log");
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }
}
