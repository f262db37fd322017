package dev.gatehouse.diagnosis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/// Explanations and fixes of the catalogue, read once from `causes.md`.
///
/// - **Shape:** `## id`, paragraphs of explanation, a paragraph that starts `Fix:`, and where the client may be told
///   more than the title, a paragraph that starts `Wire:`. Lines of a paragraph are joined.
record CauseTexts(String explanation, String fix, @Nullable String wire) {
    private static final Map<String, CauseTexts> ALL = read();

    /// What everybody is told whose server name, user or password leads nowhere.
    private static final String NEUTRAL = "Not let in: check the user name, the password and, with TLS, the server name (SNI) "
            + "that the client sends";

    static CauseTexts of(Cause cause) {
        CauseTexts texts = ALL.get(cause.id());
        if (texts == null) {
            throw new AssertionError("causes.md has no section ## " + cause.id());
        }
        return texts;
    }

    static String wire(Cause cause) {
        return switch (cause) {
            case SNI_UNKNOWN, TENANT_UNKNOWN, BAD_CREDENTIALS, CREDENTIALS_MISSING,
                    SCRAM_KEYS_MISSING,
                    CREDENTIALS_NOT_ACCEPTED, NOT_AUTHORIZED, ACCOUNT_LOCALHOST_ONLY, TOKEN_EXPIRED ->
                NEUTRAL;
            default -> {
                String wire = of(cause).wire();
                yield wire == null ? cause.title() : wire;
            }
        };
    }

    static Map<String, CauseTexts> parse(String markdown) {
        var all = new HashMap<String, CauseTexts>();
        for (String section : markdown.split("(?m)^(?=#)")) {
            if (!section.startsWith("## ")) {
                continue;
            }
            String[] paragraphs = section.substring(3).strip().split("\n\\s*\n");
            String id = paragraphs[0].strip();
            var explanation = new StringBuilder();
            String fix = "";
            String wire = null;
            for (int p = 1; p < paragraphs.length; p++) {
                String text = paragraphs[p].strip().replaceAll("\\s*\n\\s*", " ");
                if (text.startsWith("Fix: ")) {
                    fix = text.substring(5);
                } else if (text.startsWith("Wire: ")) {
                    wire = text.substring(6);
                } else {
                    explanation.append(explanation.isEmpty() ? "" : "\n").append(text);
                }
            }
            if (all.put(id, new CauseTexts(explanation.toString(), fix, wire)) != null) {
                throw new AssertionError("causes.md has two sections ## " + id);
            }
        }
        return Map.copyOf(all);
    }

    private static Map<String, CauseTexts> read() {
        try (InputStream in = CauseTexts.class.getResourceAsStream("causes.md")) {
            if (in == null) {
                throw new AssertionError("causes.md is not beside " + CauseTexts.class.getName());
            }
            return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
