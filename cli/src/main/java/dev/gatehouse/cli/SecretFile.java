package dev.gatehouse.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;

import dev.gatehouse.mqtt.Secret;

/// A file whose first line is a secret.
final class SecretFile {
    private static final long BYTES_MAX = 65_535;

    private SecretFile() {}

    /// @param option which named the file, for the message
    static Secret firstLine(Path file, String option) throws CommandFault {
        byte[] bytes;
        try {
            if (Files.isRegularFile(file) && Files.size(file) > BYTES_MAX) {
                throw new CommandFault(Exit.FAILED, option + ": " + file + " is too long to be a secret");
            }
            bytes = Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new CommandFault(Exit.FAILED, option + ": " + file + " does not exist", e);
        } catch (IOException e) {
            throw new CommandFault(Exit.FAILED, option + ": " + file + " cannot be read: " + e.getMessage(), e);
        }
        int end = 0;
        while (end < bytes.length && bytes[end] != '\n' && bytes[end] != '\r') {
            end++;
        }
        if (end == 0) {
            throw new CommandFault(Exit.FAILED, option + ": the first line of " + file + " is empty");
        }
        Secret secret = Secret.copyOf(Arrays.copyOf(bytes, end));
        Arrays.fill(bytes, (byte) 0);
        return secret;
    }
}
