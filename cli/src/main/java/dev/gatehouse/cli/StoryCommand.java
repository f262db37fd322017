package dev.gatehouse.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "story", description = {
        "Play the story that Gatehouse starts from, on this machine, in under a minute, with nothing installed but Gatehouse: "
                + "a device behind an A7670 modem is refused because its TLS sends no server name; what service, log and "
                + "verdict say; and the ways in which it gets in.",
        "Service, TLS, MQTT and the AT dialogue are real, the modem is simulated. Exit code 0 only when all went as told."})
final class StoryCommand implements Callable<Integer> {
    private final Shell shell;
    @Option(names = "--log", description = "Print the device's whole log, not only its end.")
    private boolean wholeLog;

    StoryCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() throws Exception {
        if (System.getProperty("gatehouse.log.level") == null) {
            System.setProperty("gatehouse.log.level", "ERROR"); // the story has its own words
        }
        Path folder = Files.createTempDirectory("gatehouse-story");
        Thread cleaner = Thread.ofPlatform().unstarted(() -> remove(folder));
        Runtime.getRuntime().addShutdownHook(cleaner); // also after Ctrl-C
        new Story(shell, folder, wholeLog).play();
        return Exit.OK.code();
    }

    private static void remove(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            List<Path> deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
            for (Path each : deepestFirst) {
                Files.deleteIfExists(each);
            }
        } catch (IOException | UncheckedIOException e) {
            // A temporary folder; the system removes what is left in it.
            return;
        }
    }
}
