// One file on its way to the hub by tus 1.0.0 (vendor/tus): in checked pieces, over a line that may drop for hours.
// A lost line is tried again at once when the browser is back online, else every few seconds; nothing is sent twice.
const PIECE_BYTES = 16 * 1024 * 1024;
const QUICK_RETRIES_MS = [0, 1000, 3000];
const SLOW_RETRY_MS = 5000;
const SILENT_MS = 30000;
const ASK_MS = 400;
const RETRIED = [408, 409, 423, 460];

const base64 = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)));

// Each piece bears its SHA-256, so that what a proxy garbled is sent again at once. Needs a secure page, as all of ours are.
class CheckedStack {
  #stack = new window.tus.DefaultHttpStack();

  createRequest(method, url) {
    const request = this.#stack.createRequest(method, url);
    if (method !== "PATCH" || !window.crypto?.subtle) return request;
    const [send, abort] = [request.send.bind(request), request.abort.bind(request)];
    let isAborted = false;
    request.abort = () => {
      isAborted = true;
      return abort();
    };
    request.send = async (body) => {
      const digest = await crypto.subtle.digest("SHA-256", await body.arrayBuffer());
      if (isAborted) throw new Error("aborted");
      request.setHeader("Upload-Checksum", `sha256 ${base64(digest)}`);
      return send(body);
    };
    return request;
  }

  getName() {
    return "CheckedStack";
  }
}

export async function ask(address, method, token) {
  const headers = method === "DELETE" ? { "Tus-Resumable": "1.0.0", "X-CSRFToken": token } : {};
  const answer = await fetch(address, { method, headers, credentials: "same-origin" });
  if (answer.status === 204) return {};
  if (!(answer.headers.get("Content-Type") ?? "").includes("json")) throw new Error(String(answer.status));
  const found = await answer.json();
  return answer.ok ? found : { refusal: found, status: answer.status };
}

// tell = { moved(loaded, total), lost(), back(), checking(percent), done(status), refused(refusal) }
export class Line {
  #upload;
  #tell;
  #token;
  #timer = null;
  #watch = null;
  #heardAt = 0;
  #isLost = false;
  #isRunning = false;

  constructor(file, { endpoint, token, tell }) {
    this.#tell = tell;
    this.#token = token;
    this.#upload = new window.tus.Upload(file, {
      endpoint,
      chunkSize: PIECE_BYTES,
      retryDelays: QUICK_RETRIES_MS,
      removeFingerprintOnSuccess: true,
      metadata: { filename: file.name, filetype: file.type },
      headers: { "X-CSRFToken": token },
      httpStack: new CheckedStack(),
      onShouldRetry: (error) => navigator.onLine && isPassing(error),
      onProgress: (loaded, total) => this.#moved(loaded, total),
      onSuccess: () => this.#follow(),
      onError: (error) => this.#failed(error),
    });
    addEventListener("online", () => this.#again());
  }

  get address() {
    return this.#upload.url;
  }

  async begin() {
    const earlier = await this.#upload.findPreviousUploads();
    if (earlier.length) this.#upload.resumeFromPreviousUpload(earlier[0]);
    this.resume();
  }

  resume() {
    this.#isRunning = true;
    this.#heardAt = performance.now();
    clearInterval(this.#watch);
    this.#watch = setInterval(() => this.#look(), 1000);
    this.#upload.start();
  }

  async pause() {
    this.#rest();
    await this.#upload.abort();
  }

  async cancel() {
    await this.pause();
    if (this.address) await ask(this.address, "DELETE", this.#token);
    for (const one of await this.#upload.findPreviousUploads()) localStorage.removeItem(one.urlStorageKey);
  }

  #rest() {
    this.#isRunning = false;
    clearInterval(this.#watch);
    clearTimeout(this.#timer);
  }

  #moved(loaded, total) {
    this.#heardAt = performance.now();
    if (this.#isLost) this.#tell.back();
    this.#isLost = false;
    this.#tell.moved(loaded, total);
  }

  // A line can die without a word: after half a minute of silence it is taken for lost.
  #look() {
    if (!this.#isRunning || this.#isLost || performance.now() - this.#heardAt < SILENT_MS) return;
    this.#upload.abort().then(() => this.#lost());
  }

  #failed(error) {
    if (!this.#isRunning) return;
    if (isPassing(error)) return this.#lost();
    this.#rest();
    this.#tell.refused(wordsOf(error));
  }

  #lost() {
    if (!this.#isLost) this.#tell.lost();
    this.#isLost = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#again(), SLOW_RETRY_MS);
  }

  #again() {
    if (this.#isRunning && this.#isLost && navigator.onLine) {
      clearTimeout(this.#timer);
      this.#heardAt = performance.now();
      this.#upload.start();
    } else if (this.#isRunning && this.#isLost) this.#lost();
  }

  // All bytes are there; the hub reads the file once more and tells its digest.
  async #follow() {
    this.#rest();
    for (;;) {
      const found = await ask(this.address, "GET").catch(() => null);
      if (found?.refusal && found.status < 500) return this.#tell.refused(found.refusal);
      if (found?.state === "complete") return this.#tell.done(found);
      if (found?.size) this.#tell.checking(Math.floor((100 * found.hashed) / found.size));
      await new Promise((resolve) => setTimeout(resolve, ASK_MS));
    }
  }
}

function isPassing(error) {
  const status = error.originalResponse?.getStatus() ?? 0;
  return status < 400 || status >= 500 ? status !== 507 : RETRIED.includes(status);
}

function wordsOf(error) {
  try {
    return JSON.parse(error.originalResponse.getBody());
  } catch {
    return { message: error.message, next_step: "", code: "" };
  }
}
