package dev.gatehouse.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

import dev.gatehouse.mqtt.Secret;
import dev.gatehouse.server.access.DirectoryProblem;
import dev.gatehouse.server.access.TenantDirectory;
import dev.gatehouse.server.access.TenantEntry;

/// The user with whom a newcomer tries the service when there is no configuration file: made at the first start, the
/// same at every later one.
///
/// @param password kept in `<data>/demo-user`, which only the owner of the folder can read
public record DemoUser(String tenant, String name, Secret password) {
    private static final String TENANT = "demo";
    private static final String NAME = "device";

    /// Finds the demo user, or makes it.
    static DemoUser in(TenantDirectory directory, Path data) throws StartFault {
        Path file = data.resolve("demo-user");
        try {
            TenantEntry entry = directory.byName(TENANT);
            boolean known = entry != null && entry.users().containsKey(NAME);
            if (known && Files.exists(file)) {
                return new DemoUser(TENANT, NAME, Secret.of(Files.readString(file).strip()));
            }
            Secret password = known
                    ? directory.changePassword(TENANT, NAME, null).password()
                    : directory.addUser(TENANT, NAME, null, List.of("#"), List.of("#")).password();
            keep(file, password);
            return new DemoUser(TENANT, NAME, password);
        } catch (IOException e) {
            throw new StartFault("the demo user's password cannot be kept in " + file + ": " + e.getMessage(), e);
        } catch (DirectoryProblem e) {
            throw new StartFault("the demo user cannot be made: " + e.getMessage(), e);
        }
    }

    private static void keep(Path file, Secret password) throws IOException {
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, new String(password.reveal(), StandardCharsets.UTF_8) + "\n");
    }
}
