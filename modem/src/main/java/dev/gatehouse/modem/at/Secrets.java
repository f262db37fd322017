package dev.gatehouse.modem.at;

import java.nio.charset.StandardCharsets;
import java.util.List;

import org.jspecify.annotations.Nullable;

/// What is traced while a command with a secret is under way: whole lines that cannot hold the secret, for the modem may
/// repeat the command.
final class Secrets {
    private Secrets() {}

    static void trace(Trace trace, @Nullable Exchange exchange, List<Framer.Element> elements) {
        for (Framer.Element element : elements) {
            switch (element) {
                case Framer.Element.Prompt _ -> trace.received("\r\n>".getBytes(StandardCharsets.ISO_8859_1), false);
                case Framer.Element.Counted _ -> {
                }
                case Framer.Element.Line(String text, int _) -> {
                    boolean plain = text
                            .matches("OK|ERROR|[0-9]|\\+[A-Z]+( ERROR)?: ?[A-Za-z0-9 ,-]*|\\*ATREADY: 1|RDY");
                    String shown = plain
                            ? text
                            : exchange != null && text.equals(exchange.command.text) ? exchange.command.shown : "***";
                    trace.received(("\r\n" + shown + "\r\n").getBytes(StandardCharsets.ISO_8859_1), false);
                }
            }
        }
    }
}
