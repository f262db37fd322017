package dev.gatehouse.doctor;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

import dev.gatehouse.client.Deadline;
import dev.gatehouse.diagnosis.Shown;
import dev.gatehouse.doctor.Reply.Speaks;
import dev.gatehouse.mqtt.Bytes;

/// Says one thing on a fresh socket and hears what comes first.
///
/// - **Limits:** at most [#HEARD_BYTES_MAX] bytes are read, until the deadline.
final class Conversation {
    static final int HEARD_BYTES_MAX = 4_096;
    private static final int SHOWN_MAX = 120;

    /// What came.
    ///
    /// @param heard the bytes, at most [#HEARD_BYTES_MAX]
    record Heard(Reply reply, Bytes heard) {}

    /// Tells when enough was heard.
    interface Enough {
        boolean is(byte[] heard, int count);
    }

    private Conversation() {}

    /// Sends and listens. Does not close the socket, never throws.
    static Heard hold(Socket socket, byte[] say, Enough enough, Deadline deadline) {
        byte[] heard = new byte[HEARD_BYTES_MAX];
        int count = 0;
        try {
            if (say.length > 0) {
                socket.getOutputStream().write(say);
                socket.getOutputStream().flush();
            }
            while (count < heard.length && !(count > 0 && enough.is(heard, count))) {
                if (deadline.isOver()) {
                    return over(heard, count, new Reply.Silent());
                }
                socket.setSoTimeout(Math.max(1, deadline.leftMillis()));
                int read = socket.getInputStream().read(heard, count, heard.length - count);
                if (read < 0) {
                    return over(heard, count, new Reply.Closed());
                }
                count += read;
            }
            return over(heard, count, new Reply.Silent());
        } catch (SocketTimeoutException e) {
            return over(heard, count, new Reply.Silent());
        } catch (IOException e) {
            return over(heard, count, new Reply.Reset());
        }
    }

    private static Heard over(byte[] heard, int count, Reply ifNothing) {
        byte[] all = Arrays.copyOf(heard, count);
        return new Heard(count == 0 ? ifNothing : new Reply.Answered(speaks(all), shown(all)),
                Bytes.takeOver(all));
    }

    /// What bytes from a server look like.
    static Speaks speaks(byte[] bytes) {
        if (starts(bytes, "HTTP/")) {
            return Speaks.HTTP;
        }
        if (starts(bytes, "SSH-")) {
            return Speaks.SSH;
        }
        int first = bytes.length == 0 ? -1 : bytes[0] & 0xff;
        int second = bytes.length < 2 ? -1 : bytes[1] & 0xff;
        if ((first == 21 || first == 22) && second == 3) {
            return first == 22 ? Speaks.TLS : Speaks.TLS_ALERT;
        }
        // CONNACK, and the DISCONNECT with which some servers of MQTT 5 refuse
        if (first == 0x20 && second >= 2 && bytes.length >= 4 && isConnack(bytes)
                || first == 0xE0 && second >= 1 && second < 0x80) {
            return Speaks.MQTT;
        }
        return isText(bytes) ? Speaks.TEXT : Speaks.UNKNOWN;
    }

    /// After the remaining length, one to four bytes (MQTT 5 §1.5.5), come flags of which only the lowest may be set.
    private static boolean isConnack(byte[] bytes) {
        int at = 1;
        while (at < 4 && bytes[at] < 0) {
            at++;
        }
        return at + 1 >= bytes.length || (bytes[at + 1] & 0xfe) == 0;
    }

    private static boolean starts(byte[] bytes, String ascii) {
        return new String(bytes, 0, Math.min(bytes.length, ascii.length()), StandardCharsets.ISO_8859_1).equals(ascii);
    }

    private static boolean isText(byte[] bytes) {
        for (byte one : bytes) {
            if (one < ' ' && one != '\r' && one != '\n' && one != '\t') {
                return false;
            }
        }
        return bytes.length > 0;
    }

    /// The first line when it is text, hexadecimal otherwise.
    static String shown(byte[] bytes) {
        return switch (speaks(bytes)) {
            case HTTP, SSH, TEXT -> Shown.text(new String(bytes, StandardCharsets.ISO_8859_1).lines()
                    .filter(line -> !line.isBlank()).findFirst().orElse("").strip(), SHOWN_MAX);
            case TLS, TLS_ALERT, MQTT, UNKNOWN ->
                HexFormat.ofDelimiter(" ").formatHex(bytes, 0, Math.min(bytes.length, 16))
                        + (bytes.length > 16 ? " …" : "");
        };
    }
}
