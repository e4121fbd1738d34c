using Switchboard.Networks;

namespace Switchboard.Matrix.Api;

internal sealed partial class MatrixApi
{
    private async Task<Stream> OpenAsync(Uri url, TimeSpan silence, CancellationToken cancellationToken)
    {
        var timeout = Deadline(silence, cancellationToken);
        try
        {
            return await GuardAsync<Stream>(
                async token =>
                {
                    var answer = await AskAsync(HttpMethod.Get, url, null, token);
                    try
                    {
                        return new AnswerStream(answer, await answer.Content.ReadAsStreamAsync(token), timeout, silence, cancellationToken);
                    }
                    catch
                    {
                        answer.Dispose();
                        throw;
                    }
                },
                timeout, cancellationToken);
        }
        catch
        {
            timeout.Dispose();
            throw;
        }
    }

    /// <summary>
    /// An answer's body that ends with a <see cref="NetworkException"/> when the connection is cut or nothing comes for too long.
    /// </summary>
    private sealed class AnswerStream(
        HttpResponseMessage answer, Stream body, CancellationTokenSource timeout, TimeSpan silence, CancellationToken stopping) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            timeout.CancelAfter(silence);
            await using var registration = cancellationToken.CanBeCanceled && cancellationToken != stopping
                ? cancellationToken.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), timeout)
                : default;
            try
            {
                return await body.ReadAsync(buffer, timeout.Token);
            }
            catch (OperationCanceledException) when (!stopping.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                throw MatrixFailures.TimedOut();
            }
            catch (Exception e) when (e is HttpRequestException or IOException or InvalidDataException)
            {
                throw MatrixFailures.Unreachable(e);
            }
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count)
        {
            try
            {
                return body.Read(buffer, offset, count);
            }
            catch (Exception e) when (e is HttpRequestException or IOException or InvalidDataException)
            {
                throw MatrixFailures.Unreachable(e);
            }
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                body.Dispose();
                answer.Dispose();
                timeout.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
