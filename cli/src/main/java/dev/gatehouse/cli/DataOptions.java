package dev.gatehouse.cli;

import java.nio.file.Path;
import java.security.SecureRandom;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

import dev.gatehouse.server.access.ProcessKey;
import dev.gatehouse.server.admin.AdminClient;
import dev.gatehouse.server.admin.AdminServer;
import dev.gatehouse.server.config.Configuration;
import dev.gatehouse.server.config.ConfigurationProblems;

/// Where the data is: the same options for `serve` and for the commands that look for the service there.
///
/// In this order: `--data`, the configuration file's `data`, `GATEHOUSE_DATA`, the user's own folder.
final class DataOptions {
    @Option(names = "--data", paramLabel = "DIR", description = {"The service's data folder. Without it: the `data` of "
            + "--config, else the environment variable GATEHOUSE_DATA, else ~/.local/share/gatehouse "
            + "($XDG_DATA_HOME/gatehouse where that is set)."})
    private @Nullable Path data;

    @Option(names = "--config", paramLabel = "FILE", description = "The service's configuration file (YAML).")
    private @Nullable Path config;

    /// As if these had been read from the command line.
    static DataOptions of(ServeWords words) {
        DataOptions options = new DataOptions();
        options.data = words.data();
        options.config = words.config();
        return options;
    }

    /// The configuration that `serve` uses.
    ///
    /// @param key the service gets the same one
    Configuration configuration(Shell shell, ProcessKey key) throws ConfigurationProblems {
        Path otherwise = defaultFolder(shell);
        Configuration configuration = config == null
                ? Configuration.defaults(otherwise)
                : Configuration.load(config, otherwise, key);
        return data == null ? configuration : configuration.withData(data.toAbsolutePath().normalize());
    }

    /// The folder alone, an absolute path; the configuration file is only read when it decides.
    Path folder(Shell shell) throws ConfigurationProblems {
        if (data != null) {
            return data.toAbsolutePath().normalize();
        }
        return config == null
                ? defaultFolder(shell)
                : configuration(shell, ProcessKey.draw(new SecureRandom())).data();
    }

    /// Asks the service that has its data there.
    AdminClient client(Shell shell) throws ConfigurationProblems {
        return new AdminClient(AdminServer.socketIn(folder(shell)));
    }

    /// Where the data is when no option says it; an absolute path.
    static Path defaultFolder(Shell shell) {
        String named = shell.variable("GATEHOUSE_DATA");
        if (named != null) {
            return Path.of(named).toAbsolutePath().normalize();
        }
        String shared = shell.variable("XDG_DATA_HOME");
        Path base = shared == null ? shell.home().resolve(".local").resolve("share") : Path.of(shared);
        return base.resolve("gatehouse").toAbsolutePath().normalize();
    }
}
