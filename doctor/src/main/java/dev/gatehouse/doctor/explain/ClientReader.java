package dev.gatehouse.doctor.explain;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.gatehouse.doctor.explain.Observation.Client.Step;

/// Finds who connected, who was taken over and who went, by client identifier.
final class ClientReader {
    private record Form(Pattern pattern, Step step, int id, int address) {}

    private static final List<Form> FORMS = List.of(
            new Form(Pattern.compile("New client connected from ([^ ]+?)(?::\\d+)? as (\\S*) ?"), Step.CONNECTED, 2, 1),
            new Form(Pattern.compile("Client (\\S*) already connected, closing old connection"), Step.TAKEN_OVER, 1, 0),
            new Form(Pattern.compile("Client (\\S+) (?:\\[[^]]+\\] )?(?:disconnected|closed its connection)"),
                    Step.DISCONNECTED, 1,
                    0),
            new Form(Pattern.compile("Client (\\S+) sending CONNECT"), Step.CONNECTED, 1, 0),
            new Form(Pattern.compile("client connected \\(client=([^),]+)"), Step.CONNECTED, 1, 0),
            new Form(Pattern.compile("(?i)client ?id '?([^' ]+)'? conflict with"), Step.TAKEN_OVER, 1, 0),
            new Form(Pattern.compile("(?i)clientid[:=] ?([^, ]+).{0,80}(?:takeover|taken|kicked|discarded)"),
                    Step.TAKEN_OVER, 1, 0),
            new Form(Pattern.compile(
                    "(?i)(?:takeover|taken.over|kicked|discarded|duplicate).{0,80}client ?id[:= '\"]+([^, '\"]+)"),
                    Step.TAKEN_OVER, 1, 0),
            new Form(
                    Pattern.compile(
                            "(?i)client ?id[:= '\"]+([^, '\"]+).{0,120}(?:same client|another client|taken over)"),
                    Step.TAKEN_OVER, 1, 0));

    private ClientReader() {}

    static void read(Line line, Ledger ledger) {
        for (Form form : FORMS) {
            Matcher found = form.pattern().matcher(line.text());
            if (found.find()) {
                ledger.add(new Observation.Client(line, found.group(form.id()),
                        form.address() == 0 ? "" : found.group(form.address()), form.step()));
                return;
            }
        }
    }
}
