/** A bundle does not compare as it must, or what is to be compared cannot be read. The message is for people. */
export class CertifyError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "CertifyError";
  }
}
