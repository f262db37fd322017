package dev.gatehouse.client;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The head of an HTTP/1 answer.
///
/// @param status 100 to 599; 0 when the first line is no status line
/// @param statusLine the first line as it came
/// @param headers lines as they came, without the first
public record HttpAnswer(int status, String statusLine, List<String> headers) {
    private static final int HEAD_BYTES_MAX = 16_384;

    public HttpAnswer {
        headers = List.copyOf(headers);
    }

    /// Reads up to the empty line, and not a byte further.
    ///
    /// @throws IOException [EOFException] when the stream ends before; also when the head is too long
    static HttpAnswer read(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        int emptyLine = 0;
        while (emptyLine < 2) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException(head.size() == 0
                        ? "the connection was closed without an answer"
                        : "the connection was closed in the middle of the answer: " + lines(head).getFirst());
            }
            if (head.size() == HEAD_BYTES_MAX) {
                throw new IOException("what came is not an HTTP answer: no end of its head within " + HEAD_BYTES_MAX
                        + " bytes");
            }
            head.write(next);
            emptyLine = next == '\n' ? emptyLine + 1 : next == '\r' ? emptyLine : 0;
        }
        List<String> lines = lines(head);
        return new HttpAnswer(status(lines.getFirst()), lines.getFirst(), lines.subList(1, lines.size()));
    }

    private static List<String> lines(ByteArrayOutputStream head) {
        List<String> lines = new ArrayList<>(head.toString(StandardCharsets.ISO_8859_1).lines().toList());
        lines.removeIf(String::isBlank);
        return lines.isEmpty() ? List.of("") : lines;
    }

    private static int status(String line) {
        String[] words = line.split(" ", 3);
        return words.length >= 2 && words[0].startsWith("HTTP/") && words[1].matches("[1-5]\\d\\d")
                ? Integer.parseInt(words[1])
                : 0;
    }

    /// The first header of this name.
    public Optional<String> header(String name) {
        String start = name.toLowerCase(Locale.ROOT) + ":";
        return headers.stream().filter(line -> line.toLowerCase(Locale.ROOT).startsWith(start))
                .map(line -> line.substring(start.length()).strip()).findFirst();
    }
}
