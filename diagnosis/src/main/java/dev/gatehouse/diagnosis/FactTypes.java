package dev.gatehouse.diagnosis;

import java.util.Locale;

/// The names of facts, each worked out once: every connection asks for several.
final class FactTypes {
    private static final ClassValue<String> NAMES = new ClassValue<>() {
        @Override
        protected String computeValue(Class<?> kind) {
            return kind.getSimpleName().replaceAll("(?<=[a-z0-9])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
        }
    };

    private FactTypes() {}

    /// `client-hello-seen` for `ClientHelloSeen`.
    static String of(Class<?> kind) {
        return NAMES.get(kind);
    }
}
