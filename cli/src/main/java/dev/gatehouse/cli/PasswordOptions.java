package dev.gatehouse.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

import dev.gatehouse.mqtt.Secret;

/// Where a new password comes from. Without an option: a person at a terminal is asked; in a script one is made up.
final class PasswordOptions {
    private static final int BYTES_MAX = 65_535; // MQTT 5 §3.1.3.6

    @ArgGroup
    private @Nullable Source source;

    private static final class Source {
        @Option(names = "--password-stdin", description = "Read the password from standard input, up to the first line "
                + "break.")
        private boolean stdin;

        @Option(names = "--generate", description = "Make up a password and print it, once. What happens anyway where "
                + "there is no terminal to ask at.")
        private boolean generate;

        @Option(names = "--password", paramLabel = "PASSWORD", description = "The password itself. Other users of this "
                + "machine can see it while the command runs; better use --password-stdin.")
        private @Nullable String password;
    }

    /// Null: the service is to make one up.
    @Nullable
    Secret password(Shell shell) throws CommandFault {
        if (source == null) {
            return shell.terminal() ? asked(shell) : null;
        }
        if (source.stdin) {
            return firstLine(shell.in());
        }
        return source.generate || source.password == null ? null : Secret.of(source.password);
    }

    private static @Nullable Secret asked(Shell shell) throws CommandFault {
        Secret first = asked(shell, "Password (leave it empty to have one made up): ");
        if (first.length() == 0) {
            return null;
        }
        if (!first.equals(asked(shell, "The same again: "))) {
            throw new CommandFault(Exit.FAILED, "the two passwords are not the same; nothing was changed");
        }
        return first;
    }

    private static Secret asked(Shell shell, String question) throws CommandFault {
        char[] typed = shell.prompt().password(question);
        if (typed == null) {
            throw new CommandFault(Exit.INTERRUPTED, "no password was given; nothing was changed");
        }
        ByteBuffer encoded = StandardCharsets.UTF_8.encode(CharBuffer.wrap(typed));
        byte[] bytes = new byte[encoded.remaining()];
        encoded.get(bytes);
        Secret secret = Secret.copyOf(bytes);
        Arrays.fill(typed, '\0');
        Arrays.fill(bytes, (byte) 0);
        return secret;
    }

    private static Secret firstLine(InputStream in) throws CommandFault {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        try {
            for (int next = in.read(); next >= 0 && next != '\n' && line.size() <= BYTES_MAX; next = in.read()) {
                line.write(next);
            }
        } catch (IOException e) {
            throw new CommandFault(Exit.FAILED, "the password cannot be read from standard input: " + e.getMessage());
        }
        byte[] bytes = line.toByteArray();
        int length = bytes.length > 0 && bytes[bytes.length - 1] == '\r' ? bytes.length - 1 : bytes.length;
        if (length == 0) {
            throw new CommandFault(Exit.USAGE, "standard input has no password in its first line");
        }
        return Secret.copyOf(Arrays.copyOf(bytes, length));
    }
}
