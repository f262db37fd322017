package dev.gatehouse.cli;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/// What `serve` says on standard output when the service accepts connections.
///
/// @param data absolute path of the data folder
/// @param demo null when there is a configuration file
record Greeting(String version, String transport, String tlsEngine, String data, List<Door> doors,
        @Nullable Demo demo) {
    /// The last line starts so: whoever started this waits for it.
    static final String READY = "Gatehouse ready";

    Greeting {
        doors = List.copyOf(doors);
    }

    /// One listener.
    ///
    /// @param address `ip:port`
    /// @param tenant by what a client's tenant is told
    record Door(String name, String protocol, String address, String tenant) {}

    /// How to come in without having configured anything.
    ///
    /// @param hosts host names of the tenant; the first is used in the commands
    /// @param port of the TLS listener
    /// @param ca path of the certificate authority's file
    /// @param attempts the command that lists failed attempts
    record Demo(String tenant, List<String> hosts, int port, String user, String password, String ca, String attempts) {
        Demo {
            hosts = List.copyOf(hosts);
        }

        /// Three commands to copy, each on one line. The last needs nothing but Python: it sends a CONNECT of MQTT 3.1.1
        /// over TLS, prints the return code of the CONNACK, 0 for accepted, and sends DISCONNECT.
        List<String> commands() {
            String host = hosts.getFirst();
            return List.of(
                    command("mosquitto_pub", "--cafile", ca, "-h", host, "-p", "" + port, "-u", user, "-P", password,
                            "-t", "demo/hello", "-m", "hi"),
                    command("openssl", "s_client", "-brief", "-connect", host + ":" + port, "-servername", host,
                            "-CAfile", ca, "-verify_return_error") + " </dev/null",
                    command("python3", "-c", "import socket, ssl, sys; ca, host, port, user, password = sys.argv[1:]; "
                            + "s = ssl.create_default_context(cafile=ca).wrap_socket("
                            + "socket.create_connection((host, int(port))), server_hostname=host); "
                            + "b = b\"\".join(len(x).to_bytes(2, \"big\") + x + more for x, more in [(b\"MQTT\", "
                            + "b\"\\x04\\xc2\\x00\\x3c\"), (b\"python\", b\"\"), (user.encode(), b\"\"), "
                            + "(password.encode(), b\"\")]); s.sendall(bytes([0x10, len(b)]) + b); "
                            + "print(\"CONNACK, return code\", s.recv(4)[3]); s.sendall(b\"\\xe0\\x00\")",
                            ca, host, "" + port, user, password));
        }
    }

    /// The lines, without line breaks.
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("Gatehouse " + version + ": transport " + transport + ", TLS engine " + tlsEngine);
        for (Door door : doors) {
            lines.add(
                    String.format("  %-6s %-6s %-22s %s", door.name(), door.protocol(), door.address(), door.tenant()));
        }
        if (demo != null) {
            lines.add("");
            lines.add("Tenant " + demo.tenant() + ", with no configuration given:");
            lines.add("  host names  " + String.join(", ", demo.hosts()));
            lines.add("  user        " + demo.user());
            lines.add("  password    " + demo.password());
            lines.add("  CA          " + demo.ca());
            lines.add("");
            lines.add("To try it, in another terminal:");
            lines.add("");
            demo.commands().forEach(command -> {
                lines.add(command);
                lines.add("");
            });
            lines.add("Whoever is turned away is listed, with the reason and the fix, by: " + demo.attempts());
            lines.add("");
        }
        lines.add(READY + ", data in " + data);
        return lines;
    }

    /// A command line as a POSIX shell reads it back.
    static String command(String... words) {
        return String.join(" ", List.of(words).stream().map(Greeting::quoted).toList());
    }

    private static String quoted(String word) {
        return word.matches("[A-Za-z0-9_@%+=:,./-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
