using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace ActorChat.Server.Tests.Docs;

public class ReadmeTests
{
    public static string Readme => Repository.Read("README.md");

    [Fact]
    public void Each_run_command_names_a_project_that_exists()
    {
        var projects = Regex.Matches(Readme, @"dotnet run (?:-c Release )?--project (\S+)").Select(run => run.Groups[1].Value).ToArray();

        Assert.Equal("src/ActorChat.Server", projects[0]);
        Assert.All(projects, project =>
            Assert.True(File.Exists(Path.Combine(Repository.Root, project, Path.GetFileName(project) + ".csproj"))));
        Assert.Contains("\ndotnet test\n", Readme, StringComparison.Ordinal);
    }

    [Fact]
    public void The_version_of_Akka_is_the_one_that_is_built_with()
    {
        var packages = XDocument.Load(Path.Combine(Repository.Root, "Directory.Packages.props"));
        var akka = packages.Descendants("PackageVersion").Single(package => package.Attribute("Include")!.Value == "Akka.Hosting");

        Assert.Contains($"[Akka.NET](https://getakka.net) {akka.Attribute("Version")!.Value}", Readme, StringComparison.Ordinal);
    }
}
