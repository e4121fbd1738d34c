using Switchboard.Server.Commands;

return await CommandLine.RunAsync(args);
