package dev.gatehouse.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A shell in which a test types commands, and what they print.
final class Typed {
    final Map<String, String> environment = new HashMap<>();
    final Deque<String> answers = new ArrayDeque<>();
    boolean terminal;
    String stdin = "";
    private final Path data;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private int code;

    Typed(Path data) {
        this.data = data;
    }

    /// Runs a command with `--data` at its end.
    Typed command(String... args) {
        String[] all = Arrays.copyOf(args, args.length + 2);
        all[args.length] = "--data";
        all[args.length + 1] = data.toString();
        return bare(all);
    }

    /// Runs a command just as it is.
    Typed bare(String... args) {
        out.reset();
        return into(out, args);
    }

    /// Runs a command that prints to `to`.
    Typed into(OutputStream to, String... args) {
        err.reset();
        Shell shell = new Shell(new PrintStream(to, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                new ByteArrayInputStream(stdin.getBytes(StandardCharsets.UTF_8)), environment,
                Path.of("/home/somebody"), terminal, _ -> {
                    String answer = answers.poll();
                    return answer == null ? null : answer.toCharArray();
                });
        code = Gatehouse.run(shell, args);
        return this;
    }

    int code() {
        return code;
    }

    String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    List<String> lines() {
        return out().lines().toList();
    }
}
