package dev.gatehouse.server.admin;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class SocketFileTest {
    @TempDir
    Path data;

    private Path file;

    @BeforeEach
    void name() {
        file = AdminServer.socketIn(data);
    }

    @Test
    void only_its_owner_may_reach_the_socket_also_in_a_folder_that_is_open_to_all() throws Exception {
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxrwxrwx"));
        try (SocketFile _ = SocketFile.bind(file)) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
            try (var entries = Files.list(data)) {
                assertThat(entries).as("the folder in which it was made is gone").containsExactly(file);
            }
        }
        assertThat(file).doesNotExist();
    }

    @Test
    void the_file_of_a_process_that_is_gone_is_replaced() throws Exception {
        leaveStale(file);
        try (SocketFile bound = SocketFile.bind(file); var client = SocketFile.connect(file)) {
            try (var accepted = bound.accept()) {
                assertThat(accepted.isConnected()).isTrue();
            }
            assertThat(client.isConnected()).isTrue();
        }
    }

    @Test
    void what_a_start_that_was_cut_short_left_behind_is_no_hindrance() throws Exception {
        leaveStale(Files.createDirectory(data.resolve("run")).resolve("s"));
        try (SocketFile _ = SocketFile.bind(file)) {
            assertThat(file).exists();
        }
    }

    @Test
    void the_file_of_a_living_process_is_left_alone() throws Exception {
        try (SocketFile first = SocketFile.bind(file)) {
            assertThatExceptionOfType(SocketFault.class).isThrownBy(() -> SocketFile.bind(file))
                    .withMessageContaining("Another service answers");
            try (var _ = SocketFile.connect(file); var _ = first.accept(); var accepted = first.accept()) {
                assertThat(accepted.isConnected()).isTrue();
            }
        }
    }

    @Test
    void something_else_of_that_name_is_left_alone() throws Exception {
        Files.writeString(file, "mine");
        assertThatExceptionOfType(SocketFault.class).isThrownBy(() -> SocketFile.bind(file))
                .withMessageContaining("not a socket");
        assertThat(file).hasContent("mine");
    }

    @Test
    void closing_leaves_the_file_of_a_successor_alone() throws Exception {
        SocketFile first = SocketFile.bind(file);
        Files.delete(file);
        try (SocketFile _ = SocketFile.bind(file)) {
            first.close();
            assertThat(file).exists();
        }
    }

    @Test
    void a_path_may_be_as_long_as_is_possible_and_not_one_byte_longer() throws Exception {
        int allowed = System.getProperty("os.name").equals("Linux") ? 106 : 102;
        int folderBytes = allowed - "/gatehouse.sock".length();
        Path exact = Files.createDirectory(data.resolve("x".repeat(folderBytes - data.toString().length() - 1)));
        try (SocketFile _ = SocketFile.bind(AdminServer.socketIn(exact));
                var client = SocketFile.connect(AdminServer.socketIn(exact))) {
            assertThat(client.isConnected()).isTrue();
        }
        Path longer = Files.createDirectory(data.resolve("x".repeat(folderBytes - data.toString().length())));
        assertThatExceptionOfType(SocketFault.class).isThrownBy(() -> SocketFile.bind(AdminServer.socketIn(longer)))
                .withMessageContaining((allowed + 1) + " bytes").withMessageContaining("--data");
    }

    @Test
    void where_nobody_answers_it_is_said_how_to_start_the_service() throws Exception {
        assertThatExceptionOfType(SocketFault.class).isThrownBy(() -> SocketFile.connect(file))
                .withMessageContaining("gatehouse serve --data " + data);
        leaveStale(file);
        assertThatExceptionOfType(SocketFault.class).isThrownBy(() -> SocketFile.connect(file))
                .withMessageContaining("gatehouse serve --data " + data);
    }

    private static void leaveStale(Path file) throws IOException {
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(file));
        }
        assertThat(file).as("a socket's file stays when it is closed").exists();
    }
}
