package dev.gatehouse.simulator.modem;

import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/// The commands that the modem knows.
final class Commands {
    private final Map<String, Handler> handlers = new HashMap<>();

    /// @param range what `=?` answers; nothing but `OK` when empty
    void on(String name, String range, Handler handler) {
        Handler before = handlers.put(name, call -> {
            if (call.command().kind() == Command.Kind.TEST) {
                if (!range.isEmpty()) {
                    call.line(range);
                }
                call.ok();
            } else {
                handler.run(call);
            }
        });
        if (before != null) {
            throw new AssertionError("two handlers for " + name);
        }
    }

    /// A command without a test form of its own.
    void on(String name, Handler handler) {
        on(name, "", handler);
    }

    /// A number that is kept and given back, and changes nothing else.
    void setting(String name, int min, int max, int initially) {
        int[] value = {initially};
        on(name, name + ": (" + min + "-" + max + ")", call -> {
            switch (call.command().kind()) {
                case READ -> call.line(name + ": " + value[0]).ok();
                case SET -> {
                    value[0] = call.arguments().number(0, min, max);
                    call.ok();
                }
                case EXECUTE, TEST -> call.ok();
            }
        });
    }

    /// Accepted in all forms, without effect.
    void accepted(String... names) {
        for (String name : names) {
            on(name, Call::ok);
        }
    }

    @Nullable
    Handler of(String name) {
        return handlers.get(name);
    }
}
