package dev.gatehouse.doctor.explain;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// All rules, the most telling first.
///
/// What the bytes prove comes before what programs say; then the signs in the order of `signs.md`, each by its own
/// readings or, where the meaning depends on what else was seen, by a judgement in code.
final class Rules {
    static final List<Rule> IN_ORDER = inOrder();

    private Rules() {}

    private static List<Rule> inOrder() {
        Map<String, Rule.Judgement> judged = new HashMap<>();
        NetworkJudgements.enter(judged);
        TlsJudgements.enter(judged);
        MqttJudgements.enter(judged);
        ModemJudgements.enter(judged);
        var rules = new ArrayList<Rule>();
        rules.add(new Rule.InContext("own-trail", "Gatehouse's own trail has judged.", MqttJudgements::trail));
        rules.add(new Rule.InContext("unread-answer", "An answer was on its way when the connection ended.",
                ModemJudgements::unreadAnswer));
        rules.add(new Rule.InContext("captured-alert", "A capture shows how the handshake ended.",
                TlsJudgements::captured));
        for (Sign sign : Signs.all()) {
            Rule.Judgement judgement = judged.remove(sign.id());
            if (judgement != null) {
                rules.add(new Rule.InContext(sign.id(), sign.says(),
                        seen -> seen.has(sign.id()) ? judgement.of(seen) : null));
            } else if (!sign.readings().isEmpty()) {
                rules.add(new Rule.OfSign(sign));
            }
        }
        if (!judged.isEmpty()) {
            throw new AssertionError("judgements of signs that signs.md does not have: " + judged.keySet());
        }
        rules.add(new Rule.InContext("where-it-stopped", "The log ends without a word about a failure.",
                MqttJudgements::whereItStopped));
        return List.copyOf(rules);
    }
}
