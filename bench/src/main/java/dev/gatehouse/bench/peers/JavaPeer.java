package dev.gatehouse.bench.peers;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import dev.gatehouse.bench.BenchFault;

/// A broker in Java from Maven Central, embedded in a launcher of ours that reads what it needs from its arguments: its
/// folder, the two ports, the key store, the key store's password, and a mode.
///
/// @param name as in the table
/// @param artifact the folder beside these classes with its pom and its launcher
/// @param mode a word for the launcher
record JavaPeer(String name, String artifact, String mode) implements Peer {
    static final List<JavaPeer> ALL = List.of(
            new JavaPeer("hivemq", "hivemq", "in-memory"),
            new JavaPeer("hivemq-file", "hivemq", "file"),
            new JavaPeer("moquette", "moquette", "in-memory"),
            new JavaPeer("artemis", "artemis", "in-memory"));

    @Override
    public Launch prepare(Folders folders) throws BenchFault, InterruptedException {
        String classPath = Fetch.java(folders, artifact);
        Path folder = folders.make(name).toAbsolutePath();
        KeyMaterial keys = KeyMaterial.of(folders);
        int[] ports = Folders.ports(2);
        List<String> command = new ArrayList<>(List.of(folders.java(), "-Xmx2g", "-XX:+UseCompactObjectHeaders",
                "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow",
                "-Dio.netty.tryReflectionSetAccessible=true"));
        for (String opened : List.of("java.base/java.lang", "java.base/java.nio", "java.base/sun.nio.ch",
                "java.base/sun.security.provider", "jdk.management/com.sun.management.internal",
                "java.base/jdk.internal.misc")) {
            command.add("--add-opens=" + opened + "=ALL-UNNAMED");
        }
        command.addAll(List.of("-cp", classPath, "Launcher", folder.toString(), Integer.toString(ports[0]),
                Integer.toString(ports[1]), keys.store().toString(), KeyMaterial.PASSWORD, mode));
        return new Launch(command, Map.of(), folder, ports[0], ports[1], "bench.bench.test");
    }
}
