using System.Globalization;
using System.Text;

namespace Switchboard.Server.Health;

/// <summary>Writes numbers in the text format of Prometheus, version 0.0.4.</summary>
internal sealed class PrometheusText
{
    private readonly StringBuilder text = new();

    /// <summary>A number without labels.</summary>
    public void Add(string name, string type, string help, double value) => Add(name, type, help, [("", value)]);

    /// <summary>A number with one series for each set of labels.</summary>
    public void Add(string name, string type, string help, IReadOnlyList<(string Labels, double Value)> series)
    {
        Head(name, type, help);
        foreach (var (labels, value) in series)
        {
            Line(name + labels, value);
        }
    }

    /// <summary>A histogram.</summary>
    public void Add(string name, string help, Buckets buckets)
    {
        var (cumulative, count, sum) = buckets.Read();
        Head(name, "histogram", help);
        foreach (var (bound, below) in cumulative)
        {
            Line($$"""{{name}}_bucket{le="{{bound.ToString(CultureInfo.InvariantCulture)}}"}""", below);
        }

        Line(name + """_bucket{le="+Inf"}""", count);
        Line(name + "_sum", sum);
        Line(name + "_count", count);
    }

    /// <inheritdoc/>
    public override string ToString() => text.ToString();

    private void Head(string name, string type, string help) =>
        text.Append("# HELP ").Append(name).Append(' ').Append(help).Append('\n').Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');

    private void Line(string name, double value) =>
        text.Append(name).Append(' ').Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
}
